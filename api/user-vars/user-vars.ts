import type { ServerConfig } from "../../config/types.ts";

/** Values people enter for servers: sealed at rest, opened only to connect. */
export interface UserVars {
  /** Opened values by name. A value sealed for another origin, or one that does not open, counts as unset. */
  values(userId: string, server: ServerConfig): Promise<Record<string, string>>;
  /** For every declared variable: is there a usable, non-blank value? */
  flags(userId: string, server: ServerConfig): Promise<Record<string, boolean>>;
  /**
   * Seals and stores. Names left out stay as they are; an empty text removes that value.
   * A value that goes into a header loses blanks at its ends; the names this happened to come back.
   * Throws USER_VAR_UNKNOWN for a name the server does not declare, VALUE_NOT_SENDABLE for CR, LF, NUL or more than 8 KiB.
   */
  save(userId: string, server: ServerConfig, values: Readonly<Record<string, string>>): Promise<readonly string[]>;
  /** Removes all values of this user for this server. Fine when there are none. */
  revoke(userId: string, server: ServerConfig): Promise<void>;
}
