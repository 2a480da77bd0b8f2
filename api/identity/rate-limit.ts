import ipaddr from "ipaddr.js";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { AppError } from "../errors/app-error.ts";

export interface SignInLimits {
  /** Wrong passwords for one e-mail from one place. @default 10 */
  readonly perAccount: number;
  /** Wrong passwords from one place, whatever the e-mail. @default 100 */
  readonly perPlace: number;
  /** How long they count. @default 900 */
  readonly windowSeconds: number;
}

export const DEFAULT_SIGN_IN_LIMITS: SignInLimits = { perAccount: 10, perPlace: 100, windowSeconds: 900 };

export interface SignInAttempt {
  readonly email: string;
  readonly ip: string;
}

/** Slows down guessing. Kept in memory: a restart forgives, and each instance counts for itself. */
export interface SignInLimiter {
  /** Before the password is looked at, so that attempts at the same moment count too. Throws RATE_LIMITED with `retryAfterMs`. */
  count(attempt: SignInAttempt): Promise<void>;
  /** The password was right: this attempt and the earlier ones for this e-mail are forgotten. */
  forgive(attempt: SignInAttempt): Promise<void>;
}

export function signInLimiter({ perAccount, perPlace, windowSeconds }: SignInLimits = DEFAULT_SIGN_IN_LIMITS): SignInLimiter {
  const account = new RateLimiterMemory({ keyPrefix: "account", points: perAccount, duration: windowSeconds });
  const place = new RateLimiterMemory({ keyPrefix: "place", points: perPlace, duration: windowSeconds });
  const accountKey = ({ email, ip }: SignInAttempt) => JSON.stringify([email, placeOf(ip)]);

  return {
    count: async (attempt) => {
      // The place first: once it is shut, nobody behind it fills the memory with made-up e-mails.
      await consume(place, placeOf(attempt.ip));
      await consume(account, accountKey(attempt));
    },
    forgive: async (attempt) => {
      await place.reward(placeOf(attempt.ip));
      await account.delete(accountKey(attempt));
    },
  };
}

/** Slows down strangers who send what belongs to nobody. Counted in memory, a minute at a time. */
export interface MissLimiter {
  /** How long this place is to wait, once it has missed too often; else null. */
  missed(ip: string): Promise<number | null>;
}

const MISSES_A_MINUTE = 30;

export function missLimiter(): MissLimiter {
  const places = new RateLimiterMemory({ keyPrefix: "miss", points: MISSES_A_MINUTE, duration: 60 });
  return {
    missed: async (ip) => {
      const { consumedPoints, msBeforeNext } = await places.penalty(placeOf(ip));
      return consumedPoints > MISSES_A_MINUTE ? msBeforeNext : null;
    },
  };
}

async function consume(limiter: RateLimiterMemory, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    refuse(refusal);
  }
}

function refuse({ msBeforeNext }: RateLimiterRes): never {
  const seconds = Math.ceil(msBeforeNext / 1_000);
  throw new AppError("RATE_LIMITED", `Too many attempts; try again in ${seconds} s.`, { retryAfterMs: seconds * 1_000 });
}

/** Who has one IPv6 address has 2^64 of them: the network counts. */
export function placeOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  return address instanceof ipaddr.IPv6 ? address.parts.slice(0, 4).join(":") : address.toString();
}
