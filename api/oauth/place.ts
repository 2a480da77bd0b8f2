import type { ResolvedOAuth } from "../../config/templates/resolved.ts";
import type { AuthorizationServerMetadata } from "../mcp/sdk.ts";
import type { Fetch } from "./bounded-fetch.ts";

/** What a server said when it refused a request: RFC 6750, 3 and RFC 9728, 5.1. */
export interface Challenge {
  readonly resourceMetadataUrl: string | null;
  readonly scope: string | null;
}

export const NO_CHALLENGE: Challenge = { resourceMetadataUrl: null, scope: null };

/** One server as one person signs in to it: nothing in it is a template any more. */
export interface ResolvedServer {
  readonly name: string;
  readonly url: string;
  readonly oauth: ResolvedOAuth;
  readonly fetch: Fetch;
}

/** Where to sign in, and what for. */
export interface Place {
  /** Who issues the tokens: the identity of the authorization server. */
  readonly issuer: string;
  /** Does a document of its own say what it can do? */
  readonly isDocumented: boolean;
  /** What `iss` must be when the browser comes back; null where no metadata says who the server is. */
  readonly provenIssuer: string | null;
  /** Null for servers of before 2025-06, whose endpoints are where they always were. */
  readonly metadata: AuthorizationServerMetadata | null;
  /** RFC 8707: what the tokens are for; null when it is not to be sent. */
  readonly resource: string | null;
  /** Of the protected resource's own metadata. */
  readonly scopesSupported: readonly string[] | null;
}
