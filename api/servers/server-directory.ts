import type { ServerConfig } from "../../config/types.ts";
import type { ProblemView, ServerView } from "../../schemas/wire.ts";
import type { Principal } from "../ports/identity.ts";

/** Which servers exist, for whom. YAML wins over connectors made in the UI on a clash of names. */
export interface ServerDirectory {
  /** In the file's order, then by title. */
  visibleTo(who: Principal): readonly ServerConfig[];
  /** Throws SERVER_UNKNOWN for servers that do not exist and for those this person may not see, alike. */
  get(who: Principal, name: string): ServerConfig;
  views(who: Principal): Promise<readonly ServerView[]>;
  /** Problems of the file in force, and of an edit that was refused. For admins. */
  problems(): readonly ProblemView[];
}
