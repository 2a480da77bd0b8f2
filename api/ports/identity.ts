import type { Role } from "../../schemas/wire.ts";

/** Who is asking, however they proved it. `fields` feed `{{LIBRECHAT_USER_*}}` (lower-camel names). */
export interface Principal {
  userId: string;
  email: string;
  name: string;
  role: Role;
  /** Identifies the sign-in this request came by; null for API keys and host identities without one. */
  sessionId: string | null;
  /** The API key that this request came by. */
  keyId?: string;
  /** How they proved it. A cookie needs the Origin check on mutations, a key does not. */
  via: "cookie" | "api_key" | "host";
  fields: Readonly<Record<string, string | number | boolean | null>>;
}

/** The part of a request an identity may look at. Express requests and socket.io handshakes both fit. */
export interface IdentityRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Built-in accounts, or a host platform's own sign-in. Null: nobody we know. Throws only on faults of its own. */
export interface Identity {
  identify(request: IdentityRequest): Promise<Principal | null>;
  /** Whose sign-in or key of these holds no more: one look for all of them. Absent where only `identify` can tell. */
  lapsed?(among: readonly Principal[]): Promise<readonly Principal[]>;
}
