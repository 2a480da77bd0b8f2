/** What one program wrote to stderr last, for one person's connection. */
export interface StderrEntry {
  userId: string;
  text: string;
}

/** Remembers where each program's last words can be read, also after it has ended. One for each person and server. */
export interface StderrBook {
  note(userId: string, server: string, read: () => string | null): void;
  /** Newest first, 50 at most; programs that wrote nothing are left out. */
  of(server: string): readonly StderrEntry[];
  forgetUser(userId: string): void;
}

const MAX_ENTRIES = 50;

export function stderrBook(): StderrBook {
  const byServer = new Map<string, Map<string, () => string | null>>();
  return {
    note(userId, server, read) {
      const entries = byServer.get(server) ?? new Map<string, () => string | null>();
      entries.delete(userId);
      byServer.set(server, entries.set(userId, read));
    },
    of(server) {
      const entries = [...(byServer.get(server) ?? [])].reverse().map(([userId, read]) => ({ userId, text: read() ?? "" }));
      return entries.filter(({ text }) => text !== "").slice(0, MAX_ENTRIES);
    },
    forgetUser(userId) {
      for (const entries of byServer.values()) entries.delete(userId);
    },
  };
}
