import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";

const WINDOW_MS = 60_000;
/** As many as somebody at a page could want who sets everything up. */
const PER_WINDOW = 20;

/** Counts the sign-ins a person begins: each of them asks strangers' servers in our name. Throws RATE_LIMITED. */
export function signInPace({ clock }: { clock: Clock }): (userId: string) => void {
  /** Oldest first. */
  const windows = new Map<string, { since: number; used: number }>();
  return (userId) => {
    const now = clock.now();
    for (const [each, { since }] of windows) {
      if (now - since < WINDOW_MS) break;
      windows.delete(each);
    }
    const window = windows.get(userId) ?? { since: now, used: 0 };
    windows.set(userId, window);
    if (window.used >= PER_WINDOW) {
      const retryAfterMs = window.since + WINDOW_MS - now;
      const inSeconds = Math.ceil(retryAfterMs / 1_000);
      throw new AppError("RATE_LIMITED", `too many sign-ins begun within a minute; try again in ${inSeconds} s`, {
        retryAfterMs,
      });
    }
    window.used += 1;
  };
}
