import type { CallProgress, ConnectionStatus, Rollout, ServerNews } from "../../schemas/wire.ts";

/** Where the house tells what happened. Never throws, never waits: a slow browser is the sink's own concern. */
export interface EventSink {
  statusChanged(userId: string, status: ConnectionStatus): void;
  /** One user's servers, or everybody's when `userId` is null. */
  serversChanged(userId: string | null): void;
  toolsChanged(userId: string, server: string): void;
  callProgressed(userId: string, progress: CallProgress): void;
  /** What a server of this person's said by itself. */
  serverSaid<Name extends keyof ServerNews>(userId: string, name: Name, news: ServerNews[Name]): void;
  /** For admins. */
  rolloutChanged(rollout: Rollout): void;
  configProblemsChanged(counts: { errors: number; warnings: number }): void;
  /** Ends live sockets: of one session or API key, or all of the user's when `sessionId` is null. */
  sessionEnded(userId: string, sessionId: string | null, reason: "signed_out" | "account_removed"): void;
}
