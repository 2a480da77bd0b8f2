import { computeScopeUnion } from "../mcp/sdk.ts";
import type { Clock } from "../ports/clock.ts";
import { bearerChallenge } from "./bearer-challenge.ts";
import { type Challenge, NO_CHALLENGE } from "./place.ts";

/** What servers said when they refused people, for the sign-ins that follow. In memory: a server says it again. */
export interface Challenges {
  note(userId: string, server: string, answer: Response): Challenge;
  of(userId: string, server: string): Challenge;
  /** A person is sent to allow more; false when they did so often enough and it did not help. */
  countStepUp(wanted: StepUp): boolean;
  /** The person has answered: what was wanted more is asked for no longer, unless the server says it again. */
  answered(userId: string, server: string): void;
  forgetUser(userId: string): void;
}

export interface StepUp {
  userId: string;
  server: string;
  /** The scopes that are missing. */
  missing: string;
  /** The sign-in that did not bring them, epoch milliseconds: calls that are refused on account of one count once. */
  grantedAt: number;
}

const MAX_STEP_UPS = 3;
const STEP_UP_WINDOW_MS = 10 * 60_000;
/** A server that names other scopes each time fills nobody's memory. */
const MAX_REMEMBERED = 50;

interface Noted {
  /** Of the last request that was refused for want of a token that holds. */
  entry: Challenge;
  /** Of the last one that was refused although there was one (403); a renewal in between does not answer it. */
  more: Challenge;
  stepUps: { at: number; missing: string; grantedAt: number }[];
}

export function challengeBook({ clock }: { clock: Clock }): Challenges {
  const byUser = new Map<string, Map<string, Noted>>();
  const notedOf = (userId: string, server: string): Noted => {
    const servers = byUser.get(userId) ?? new Map<string, Noted>();
    byUser.set(userId, servers);
    const noted = servers.get(server) ?? { entry: NO_CHALLENGE, more: NO_CHALLENGE, stepUps: [] };
    servers.set(server, noted);
    return noted;
  };
  return {
    note(userId, server, answer) {
      const { resourceMetadataUrl, scope } = bearerChallenge(answer);
      const challenge = { resourceMetadataUrl, scope: computeScopeUnion(scope ?? undefined) ?? null };
      notedOf(userId, server)[answer.status === 403 ? "more" : "entry"] = challenge;
      return challenge;
    },
    of(userId, server) {
      const { entry, more } = byUser.get(userId)?.get(server) ?? { entry: NO_CHALLENGE, more: NO_CHALLENGE };
      return {
        resourceMetadataUrl: more.resourceMetadataUrl ?? entry.resourceMetadataUrl,
        scope: more.scope ?? entry.scope,
      };
    },
    countStepUp({ userId, server, missing, grantedAt }) {
      const noted = notedOf(userId, server);
      const now = clock.steady();
      noted.stepUps = noted.stepUps.filter(({ at }) => now - at < STEP_UP_WINDOW_MS).slice(-MAX_REMEMBERED);
      const same = noted.stepUps.filter((each) => each.missing === missing);
      if (same.some((each) => each.grantedAt === grantedAt)) return true;
      if (same.length >= MAX_STEP_UPS) return false;
      noted.stepUps.push({ at: now, missing, grantedAt });
      return true;
    },
    answered(userId, server) {
      const noted = byUser.get(userId)?.get(server);
      if (noted !== undefined) noted.more = NO_CHALLENGE;
    },
    forgetUser: (userId) => void byUser.delete(userId),
  };
}
