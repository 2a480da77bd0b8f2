/**
 * The normalised configuration: what the rest of the house works with.
 * YAML spelling ends in this room; here names carry units and every string that may hold
 * placeholders is a parsed template.
 */

import type { ConfiguredChatLimits } from "./chat-limits.ts";
import type { Sampling } from "./entries/sampling.ts";
import type { ToolApproval } from "./entries/tool-approval.ts";

/** What `${NAME}` in the operator's file may see. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type TransportKind = "stdio" | "sse" | "streamable-http" | "websocket";

/**
 * Who wrote a string. Only the operator's file may read the environment; a connector made in the UI
 * gets its own declared names filled in and nothing else, a plugin package nothing at all.
 */
export type Origin = "operator" | "ui" | "plugin";

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

export type Templates = Readonly<Record<string, Template>>;

export interface UserVarDefinition {
  readonly title: string;
  readonly description: string;
  /** @default true */
  readonly sensitive: boolean;
}

export interface StdioTarget {
  readonly kind: "stdio";
  /** A name for PATH, or where it is: what was written relative is below the folder of the file. */
  readonly command: string;
  readonly commandAsWritten: string;
  /** What `npx`, `uvx` and their like fetch to run it, as written; null when nothing is fetched. */
  readonly package: string | null;
  readonly args: readonly Template[];
  readonly env: Templates;
  readonly cwd: string | null;
  /** What becomes of the program's stderr: kept for admins, kept and logged, or neither. @default "pipe" */
  readonly stderr: "pipe" | "ignore" | "inherit";
  /** What the program and its children may hold, in MB. @default null, no limit */
  readonly maxMemoryMb: number | null;
  /** A user of this machine by name or `uid[:gid]`; null: as we do. */
  readonly runAs: string | null;
}

export interface RemoteTarget {
  readonly kind: "sse" | "streamable-http" | "websocket";
  readonly url: Template;
  /** `apiKey` of an admin is in here already. */
  readonly headers: Templates;
  /** Laid over `headers` for calls made from a chat request. */
  readonly requestHeaders: Templates;
  readonly proxy: Template | null;
}

/** Fixed parts of the sign-in to one server; what is absent is discovered. */
export interface OAuthConfig {
  readonly authorizationUrl?: Template;
  readonly tokenUrl?: Template;
  readonly revocationEndpoint?: Template;
  /** The authorization server the credentials belong to. */
  readonly issuer?: Template;
  readonly redirectUri?: Template;
  readonly clientId?: Template;
  readonly clientSecret?: Template;
  readonly scope?: Template;
  readonly audience?: Template;
  readonly tokenExchangeMethod?: "default_post" | "basic_auth_header";
  readonly grantTypesSupported?: readonly string[];
  readonly tokenEndpointAuthMethodsSupported?: readonly string[];
  readonly responseTypesSupported?: readonly string[];
  readonly codeChallengeMethodsSupported?: readonly string[];
  readonly revocationEndpointAuthMethodsSupported?: readonly string[];
  readonly skipCodeChallengeCheck?: boolean;
  /** @default true */
  readonly forwardAudienceOnRefresh?: boolean;
  /** @default true */
  readonly sendResourceParameter?: boolean;
  /** @default "authorization_code" */
  readonly grantType?: OAuthGrantType;
  readonly privateKey?: Template;
  /** @default "RS256" */
  readonly signingAlgorithm?: string;
  readonly assertion?: Template;
  readonly idpTokenUrl?: Template;
  readonly idpClientId?: Template;
  readonly idpClientSecret?: Template;
  /** @default false */
  readonly dpop?: boolean;
}

/** All but the first need no person at a browser. */
export type OAuthGrantType = "authorization_code" | "client_credentials" | "jwt_bearer" | "enterprise_managed";

/** Who may use a server, and which of its tools. A null list means everybody, or every tool. */
export interface AccessRules {
  readonly roles: readonly string[] | null;
  /** E-mail addresses in lower case; `*@example.com` stands for a whole domain. */
  readonly users: readonly string[] | null;
  readonly includedTools: readonly string[] | null;
  readonly filteredTools: readonly string[];
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
  /** Which protocol the server is spoken to in. @default "auto", found out and remembered */
  readonly protocolEra: "auto" | "legacy" | "modern";
  /** undefined: find out by asking the server. */
  readonly requiresOAuth: boolean | undefined;
  readonly oauth: OAuthConfig | null;
  /** Extra headers for discovery, registration, token, refresh and revoke requests. */
  readonly oauthHeaders: Templates;
  /** How long to wait for another instance's refresh. @default 15_000 */
  readonly oauthRefreshWaitTimeoutMs: number;
  /** @default false */
  readonly oauthRefreshCoordination: boolean;
  /** @default 15_000 */
  readonly oauthPersistenceWaitTimeoutMs: number;
  /** An API key takes the place of OAuth: no sign-in is looked for. */
  readonly usesApiKey: boolean;
  /** Scopes the signed-in user's OpenID token is exchanged for. */
  readonly oboScopes: string | null;
  readonly userVars: Readonly<Record<string, UserVarDefinition>>;
  readonly access: AccessRules;
  /** null: nothing is said; models ask, people's own calls run. */
  readonly toolApproval: ToolApproval | null;
  /** null: the server may not ask for a model's words. @default null */
  readonly sampling: Sampling | null;
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
  /** SHA-256 (hex) of the rest: what people see, and who may see it. */
  readonly displayDigest: string;
}

export interface CatalogRecovery {
  readonly discoveryBackoffMs: readonly number[];
  readonly discoveryTimeoutMs: number;
  readonly discoverySettleGraceMs: number;
  readonly reauthRetryMs: number;
  readonly maxStateEntries: number;
  readonly maxDetachedDiscoveries: number;
  readonly generationReadTimeoutMs: number;
  readonly authorizationFenceRetryMs: readonly number[];
  readonly authorizationFenceTimeoutMs: number;
  readonly authorizationFenceRetryIntervalMs: number;
  readonly authorizationFenceRetryBatchSize: number;
}

/** A text in one language, or by language code. */
export type LocalizedText = string | Readonly<Record<string, string>>;

/** `interface.mcpServers`: what people may do with connectors, and how the page asks for news. */
export interface McpInterface {
  readonly use: boolean;
  readonly create: boolean;
  readonly share: boolean;
  readonly public: boolean;
  readonly configureObo: boolean;
  readonly placeholder: string | null;
  readonly trustCheckbox: { readonly label: LocalizedText | null; readonly subLabel: LocalizedText | null };
  /** 0: off. @default 300_000 */
  readonly toolsRefreshIntervalMs: number;
  /** 0: off. @default 30_000 */
  readonly statusRefreshIntervalMs: number;
}

/** One of `endpoints.custom`: a model provider for the chat. */
export interface CustomEndpoint {
  readonly name: string;
  /** null: each user enters a key of their own. */
  readonly apiKey: Template | null;
  /** null: each user enters an address of their own. */
  readonly baseUrl: Template | null;
  readonly models: {
    readonly default: readonly { readonly name: string; readonly description: string | null }[];
    readonly fetch: boolean;
    readonly userIdQuery: boolean;
  };
  readonly headers: Templates;
  /** Everything else as it was written, checked but not renamed. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface PlatformConfig {
  readonly servers: ReadonlyMap<string, ServerConfig>;
  readonly settings: {
    readonly allowedDomains: readonly string[];
    readonly allowedAddresses: readonly string[];
    /** `refuse` (default): a missing value stops the connection. `keep`: LibreChat's way, literal text goes out. */
    readonly unresolvedPlaceholders: "refuse" | "keep";
    readonly catalogRecovery: CatalogRecovery;
  };
  readonly interface: McpInterface;
  readonly customEndpoints: readonly CustomEndpoint[];
  readonly chatLimits: ConfiguredChatLimits;
}
