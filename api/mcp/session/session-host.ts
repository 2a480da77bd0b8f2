import type { LogLevel } from "../../../schemas/wire.ts";
import type { Audience } from "../audience.ts";

/** What a server may ask a person for: a form or a visit to a page, words of a model, or the visit a call was refused for. */
export type AskKind = "elicitation" | "sampling" | "visit";

/** A server's message for the log of its connection, as it came. */
export interface ServerLogMessage {
  level: LogLevel;
  logger: string | null;
  data: unknown;
}

/** The other side of a session: who hears what a server says by itself, and answers what it asks. */
export interface SessionHost {
  /** Declared to servers only when true. */
  readonly sampling: boolean;
  /** Has this person the page open? */
  readonly audience: Audience;
  /** What this person wanted of the server before: each new session is told again. */
  readonly wishes: { readonly logLevel: LogLevel | null; readonly resources: ReadonlySet<string> };
  /** The server asked for what it was not told we can do. Nothing came of it. */
  notOffered(method: string): void;
  /** Resolves with the MCP result of a person's answer. Rejects when the answer is no and the protocol has no word for it. */
  ask(kind: AskKind, params: Record<string, unknown>, signal: AbortSignal): Promise<Record<string, unknown>>;
  listChanged(what: "resources" | "prompts"): void;
  resourceChanged(uri: string): void;
  /** The visit to a page that was asked for has come to its end there. */
  visitEnded(elicitationId: string): void;
  logged(message: ServerLogMessage): void;
}
