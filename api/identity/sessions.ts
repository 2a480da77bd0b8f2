import { randomUUID } from "node:crypto";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { SessionRecord, SessionStore } from "../ports/stores.ts";
import { hashToken, randomToken } from "./tokens.ts";

export interface SessionLimits {
  /** @default 7 days */
  readonly idleMs: number;
  /** However busy it is. @default 30 days */
  readonly absoluteMs: number;
}

const DAY_MS = 86_400_000;
export const DEFAULT_SESSION_LIMITS: SessionLimits = { idleMs: 7 * DAY_MS, absoluteMs: 30 * DAY_MS };
/** A busy page must not write at every request. */
const TOUCH_EVERY_MS = 60_000;

/** Nobody waits until it is written down that they were here, nor is anybody shut out when it cannot be: a disk may be full. */
export function noteInPassing(note: Promise<void>): void {
  note.catch(() => {});
}

/** Sign-ins of browsers. Whoever ends one here also ends its live sockets. */
export interface Sessions {
  /** Always a new token: one from before the sign-in is never taken over. */
  begin(userId: string): Promise<{ token: string; sessionId: string; expiresAt: number }>;
  /** Null for an unknown, idle or expired one. */
  resume(token: string): Promise<SessionRecord | null>;
  end(userId: string, sessionId: string): Promise<void>;
  endOthers(userId: string, sessionId: string): Promise<void>;
  endAll(userId: string, reason: "signed_out" | "account_removed"): Promise<void>;
}

export interface SessionsOptions {
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly events: Pick<EventSink, "sessionEnded">;
  readonly limits?: SessionLimits;
}

export function createSessions({ store, clock, events, limits = DEFAULT_SESSION_LIMITS }: SessionsOptions): Sessions {
  async function end(userId: string, sessionId: string): Promise<void> {
    await store.delete(sessionId);
    events.sessionEnded(userId, sessionId, "signed_out");
  }

  return {
    end,
    async begin(userId) {
      const now = clock.now();
      await store.deleteExpired(now);
      const token = randomToken();
      const session = { id: randomUUID(), userId, createdAt: now, lastSeenAt: now, expiresAt: now + limits.absoluteMs };
      await store.insert({ ...session, tokenHash: hashToken(token) });
      return { token, sessionId: session.id, expiresAt: session.expiresAt };
    },
    async resume(token) {
      const now = clock.now();
      const session = await store.byTokenHash(hashToken(token), now);
      if (session === null) return null;
      const idleMs = now - session.lastSeenAt;
      if (idleMs >= limits.idleMs) {
        await end(session.userId, session.id);
        return null;
      }
      if (idleMs >= TOUCH_EVERY_MS) noteInPassing(store.touch(session.id, now));
      return session;
    },
    async endOthers(userId, sessionId) {
      const others = (await store.idsByUser(userId)).filter((id) => id !== sessionId);
      await Promise.all(others.map((id) => end(userId, id)));
    },
    async endAll(userId, reason) {
      await store.deleteByUser(userId);
      events.sessionEnded(userId, null, reason);
    },
  };
}
