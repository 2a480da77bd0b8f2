import type { ConfigDiff } from "../../config/diff.ts";
import { AppError } from "../errors/app-error.ts";
import type { McpConnection } from "../mcp/connection/mcp-connection.ts";
import type { McpSession } from "../mcp/session/session.ts";

/** What a reload needs of one live connection. */
export interface Movable {
  readonly phase: "resting" | "live" | "troubled";
  /** May this person still see the server? */
  readonly isAllowed: boolean;
  /** Never rejects. */
  replace(): Promise<void>;
  close(): Promise<void>;
}

export interface ApplyConfigOptions {
  ofServer: (server: string) => readonly Movable[];
  /** Connections replaced at the same time. @default 8 */
  parallel?: number;
}

const DEFAULT_PARALLEL = 8;

/**
 * Moves live connections to a new configuration: those of removed servers close, those of moved servers are
 * replaced make-before-break, a few at a time; nothing else is touched. Never throws: a replacement that fails
 * keeps the connection it was to replace, and its state says why.
 */
export async function applyConfig(
  diff: ConfigDiff,
  { ofServer, parallel = DEFAULT_PARALLEL }: ApplyConfigOptions,
): Promise<void> {
  // A name the file takes may have been somebody's own connector: that connection is not the file's.
  const closing = [...diff.removed, ...diff.added].flatMap(ofServer).map((connection) => connection.close());
  const remaining = [...diff.moved, ...diff.relabelled].flatMap(ofServer).filter(({ isAllowed }) => !isAllowed);
  closing.push(...remaining.map((connection) => connection.close()));
  const queue = diff.moved.flatMap(ofServer).filter(({ phase, isAllowed }) => isAllowed && phase !== "resting");
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await next.replace();
  };
  await Promise.all([...closing, ...Array.from({ length: parallel }, worker)]);
}

/** For an entry that changed. Where the new one cannot be opened, people are told that it is the older one that works. */
export async function replaceForEntry(connection: McpConnection): Promise<void> {
  try {
    await connection.replace({ restart: true });
  } catch (why) {
    const message = `the connection from before goes on: the server's entry was changed, and what it says now cannot be connected (${(why as AppError).message})`;
    connection.session?.warnings.set("ENTRY_NOT_IN_USE", message);
  }
}

/**
 * Other settings are in force: what is open to a place that nobody may reach any more ends at once, and its state says
 * why. Never throws; a name that cannot be looked up now has led nowhere else.
 */
export async function endForbidden(
  connections: readonly McpConnection[],
  mustBeOpen: (session: McpSession) => Promise<void> | undefined,
): Promise<void> {
  const judge = async (connection: McpConnection) => {
    const { session } = connection;
    if (session === null) return;
    try {
      await mustBeOpen(session);
    } catch (why) {
      const isForbidden = why instanceof AppError && why.code === "TARGET_BLOCKED";
      if (isForbidden && connection.session === session) connection.shutOut(why);
    }
  };
  await Promise.all(connections.map(judge));
}
