import { RateLimiterMemory } from "rate-limiter-flexible";
import { AppError } from "../errors/app-error.ts";

/** As many as somebody at a page could want who sets everything up. */
const STARTS_A_MINUTE = 20;

/** Counts the sign-ins a person begins: each of them asks strangers' servers in our name. Throws RATE_LIMITED. */
export function signInPace(): (userId: string) => Promise<void> {
  const people = new RateLimiterMemory({ points: STARTS_A_MINUTE, duration: 60 });
  return async (userId) => {
    const { consumedPoints, msBeforeNext: retryAfterMs } = await people.penalty(userId);
    if (consumedPoints <= STARTS_A_MINUTE) return;
    const inSeconds = Math.ceil(retryAfterMs / 1_000);
    throw new AppError("RATE_LIMITED", `too many sign-ins begun within a minute; try again in ${inSeconds} s`, { retryAfterMs });
  };
}
