import type { LogLevel } from "../../schemas/wire.ts";

/** What a person wants to hear of a server. It outlives sessions: each new one is told again. */
export interface ServerWish {
  logLevel: LogLevel | null;
  resources: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/** Wishes by person and server, in memory. */
export function serverWishes() {
  const byUser = new Map<string, Map<string, ServerWish>>();
  return {
    of(userId: string, server: string): ServerWish {
      const wishes = byUser.get(userId) ?? new Map<string, ServerWish>();
      const wish = wishes.get(server) ?? { logLevel: null, resources: NOTHING };
      byUser.set(userId, wishes.set(server, wish));
      return wish;
    },
    forgetUser: (userId: string) => void byUser.delete(userId),
  };
}

export type ServerWishes = ReturnType<typeof serverWishes>;
