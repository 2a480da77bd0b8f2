import type { ServerLogView } from "../../schemas/wire.ts";

const MAX_MESSAGES = 200;
const MAX_DATA_CHARS = 8 * 1024;

/** The last messages each server sent for each person, in memory and bounded. */
export function serverLogs() {
  const byUser = new Map<string, Map<string, ServerLogView[]>>();
  return {
    /** Returns what is kept of it: too long a message becomes its beginning. */
    add(userId: string, server: string, message: ServerLogView): ServerLogView {
      const json = JSON.stringify(message.data) ?? "null";
      const kept = json.length > MAX_DATA_CHARS ? { ...message, data: `${json.slice(0, MAX_DATA_CHARS)}…` } : message;
      const logs = byUser.get(userId) ?? new Map<string, ServerLogView[]>();
      const ring = logs.get(server) ?? [];
      ring.push(kept);
      if (ring.length > MAX_MESSAGES) ring.shift();
      byUser.set(userId, logs.set(server, ring));
      return kept;
    },
    /** Oldest first. */
    list: (userId: string, server: string): readonly ServerLogView[] => byUser.get(userId)?.get(server) ?? [],
    forgetUser: (userId: string) => void byUser.delete(userId),
  };
}

export type ServerLogs = ReturnType<typeof serverLogs>;
