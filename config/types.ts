/**
 * The normalised configuration: what the rest of the house works with.
 * YAML spelling ends in this room; here names carry units and every string that may hold
 * placeholders is a parsed template.
 */

export type TransportKind = "stdio" | "sse" | "streamable-http" | "websocket";

/** Who wrote a string. Only the operator's file may read the environment; only users' own names are filled in the rest. */
export type Origin = "operator" | "ui";

/** Families of names a template may ask for. */
export type PlaceholderFamily = "env" | "userVar" | "user" | "body" | "openid" | "graph" | "unknown";

/** One piece of a template: text as it stands, or a name to be filled in once. */
export type Segment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "placeholder"; readonly family: PlaceholderFamily; readonly name: string; readonly source: string };

export interface Template {
  readonly source: string;
  readonly segments: readonly Segment[];
}

export interface UserVarDefinition {
  readonly title: string;
  readonly description: string;
  /** @default true */
  readonly sensitive: boolean;
}

export interface StdioTarget {
  readonly kind: "stdio";
  readonly command: string;
  readonly args: readonly Template[];
  readonly env: Readonly<Record<string, Template>>;
  readonly cwd: string | null;
}

export interface RemoteTarget {
  readonly kind: "sse" | "streamable-http" | "websocket";
  readonly url: Template;
  readonly headers: Readonly<Record<string, Template>>;
  /** Laid over `headers` for calls made from a chat request. */
  readonly requestHeaders: Readonly<Record<string, Template>>;
  readonly proxy: Template | null;
}

/** One entry of `mcpServers`, or one connector made in the UI. */
export interface ServerConfig {
  readonly name: string;
  readonly origin: Origin;
  readonly title: string;
  readonly description: string | null;
  readonly iconPath: string | null;
  /** @default true */
  readonly startup: boolean;
  /** @default true */
  readonly chatMenu: boolean;
  /** true: the server's own text; a string: that text; false: none. @default false */
  readonly serverInstructions: boolean | string;
  /** Deadline of one request. @default 60_000 */
  readonly timeoutMs: number;
  /** Deadline of connect + initialize. @default 30_000 */
  readonly initTimeoutMs: number;
  /** Silence allowed on the long-lived GET stream. @default 300_000 */
  readonly sseReadTimeoutMs: number;
  /** undefined: find out by asking the server. */
  readonly requiresOAuth: boolean | undefined;
  readonly userVars: Readonly<Record<string, UserVarDefinition>>;
  readonly target: StdioTarget | RemoteTarget;
  /**
   * What a user's stored values are bound to: scheme, host and port of the URL as written
   * (placeholders in them as text), or `stdio:<command>`. Values do not follow a changed origin.
   */
  readonly credentialOrigin: string;
  /** Where the entry stands in the file; null for connectors made in the UI. */
  readonly location: { readonly file: string; readonly line: number; readonly column: number } | null;
  /** SHA-256 (hex) of everything a live connection depends on; display keys are not part of it. */
  readonly connectionDigest: string;
}

export interface PlatformConfig {
  readonly servers: ReadonlyMap<string, ServerConfig>;
  readonly settings: {
    readonly allowedDomains: readonly string[];
    readonly allowedAddresses: readonly string[];
    /** `refuse` (default): a missing value stops the connection. `keep`: LibreChat's way, literal text goes out. */
    readonly unresolvedPlaceholders: "refuse" | "keep";
  };
}

/** What a user's templates are filled from. Everything is passed in; nothing is read here. */
export interface ResolveContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userVars: Readonly<Record<string, string>>;
  /** LibreChat's user fields by their lower-camel names (`id`, `email`, `emailVerified`, …); null means empty. */
  readonly user: Readonly<Record<string, string | number | boolean | null | undefined>>;
  readonly body?: Readonly<Record<string, string | undefined>>;
}

/** A server ready to be connected: no placeholder is left in it, every value is encoded for where it lands. */
export type ResolvedTarget =
  | {
      readonly kind: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly cwd: string | null;
    }
  | {
      readonly kind: "sse" | "streamable-http" | "websocket";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly proxy: string | null;
    };

/** A value that could not be filled in, or cannot be sent where it stands. */
export interface ResolveFailure {
  readonly reason: "missing" | "notSendable";
  readonly family: PlaceholderFamily;
  readonly name: string;
  /** For example `headers.Authorization` or `url`. */
  readonly field: string;
}
