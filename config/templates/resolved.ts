import type { OAuthConfig, PlaceholderFamily, StdioTarget, Template } from "../types.ts";

/** What a sign-in by OpenID left behind. Times are epoch seconds, as tokens carry them. */
export interface OpenIdTokens {
  readonly accessToken?: string;
  readonly idToken?: string;
  readonly expiresAt?: number;
}

/** What a user's templates are filled from. Everything is passed in; nothing is read here. */
export interface ResolveContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userVars: Readonly<Record<string, string>>;
  /** LibreChat's user fields by their lower-camel names (`id`, `email`, `emailVerified`, …); null means empty. */
  readonly user: Readonly<Record<string, string | number | boolean | null | undefined>>;
  /** Fields of the chat request in hand; absent outside of one. */
  readonly body?: Readonly<Record<string, string | undefined>>;
  /** Absent for people who did not sign in by OpenID; without tokens they have to sign in again. */
  readonly openid?: OpenIdTokens;
  readonly graphToken?: string;
  /** Epoch milliseconds, to tell expired tokens. @default Date.now() */
  readonly now?: number;
}

/** A server ready to be connected: no placeholder is left in it, every value is encoded for where it lands. */
export type ResolvedTarget =
  | {
      readonly kind: "stdio";
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly cwd: string | null;
      /** @default "pipe" */
      readonly stderr?: StdioTarget["stderr"];
      /** @default null */
      readonly maxMemoryMb?: number | null;
      /** @default null */
      readonly runAs?: string | null;
      readonly filled?: FilledValues;
    }
  | {
      readonly kind: "sse" | "streamable-http" | "websocket";
      readonly url: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly proxy: string | null;
      readonly filled?: FilledValues;
    };

/** Values that were filled in somewhere and are for nobody else to read. @default [] */
export type FilledValues = readonly string[];

/** A value that could not be filled in, or cannot be sent where it stands. */
export interface ResolveFailure {
  /** `signInExpired`: an OpenID credential that needs a new sign-in. */
  readonly reason: "missing" | "notSendable" | "signInExpired";
  readonly family: PlaceholderFamily;
  readonly name: string;
  /** For example `headers.Authorization` or `url`. */
  readonly field: string;
}

/** `oauth` with its templates filled in. */
export type ResolvedOAuth = {
  readonly [Key in keyof OAuthConfig]: OAuthConfig[Key] extends Template | undefined ? string : OAuthConfig[Key];
};
