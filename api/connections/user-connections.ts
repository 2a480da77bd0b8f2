import type { ConnectionStatus, StatusSnapshot, ToolView } from "../../schemas/wire.ts";
import type { Principal } from "../ports/identity.ts";
import type { Rollouts } from "./rollouts.ts";

/** What `reinitialize` did. A refused attempt is an answer here, not an exception: LibreChat's route says 200 to it. */
export interface ReinitializeOutcome {
  ok: boolean;
  status: ConnectionStatus;
  failureReason: "unreachable" | "missing_custom_user_vars" | "oauth_required" | "initialization_failed" | null;
  missingUserVars: readonly string[];
  /** True when a working older connection was kept because the new one failed. */
  keptOld: boolean;
  message: string;
}

/** All connections, as the edges see them. Every method throws AppError and nothing else on purpose. */
export interface UserConnections {
  /** What versions of statuses count within; another one after every start of the process. */
  readonly epoch: string;
  /** All servers this person may use, connected or not. */
  snapshot(who: Principal): StatusSnapshot;
  status(who: Principal, server: string): ConnectionStatus;
  /** Opens the connection, or waits for the attempt in flight, or answers at once when it is open. */
  connect(who: Principal, server: string): Promise<ConnectionStatus>;
  /** Closes it and drains calls. Fine when it is not open. */
  disconnect(who: Principal, server: string): Promise<ConnectionStatus>;
  /**
   * Builds a new connection beside the old one and swaps when it is proven. Calls at the same time share
   * one attempt; `restart` begins a fresh one, for when the values it was begun with have changed.
   */
  reinitialize(who: Principal, server: string, options?: { restart?: boolean }): Promise<ReinitializeOutcome>;
  /** Reinitializing one server for everybody. For admins. */
  readonly rollouts: Rollouts;
  /** The person is there: opens remote servers with `startup` that lack nothing. Never throws, waits for nothing. */
  online(who: Principal): void;
  /** The tools of an open connection; connects first when it is not open. */
  tools(who: Principal, server: string): Promise<readonly ToolView[]>;
  /** Tools of open connections, and of servers that could be looked at without a user, by server. Never connects. */
  knownTools(who: Principal): ReadonlyMap<string, readonly ToolView[]>;
}
