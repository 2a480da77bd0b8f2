import { computeScopeUnion, extractWWWAuthenticateParams } from "../mcp/sdk.ts";
import type { Clock } from "../ports/clock.ts";
import { type Challenge, NO_CHALLENGE } from "./place.ts";

/** What servers said when they refused people, for the sign-ins that follow. In memory: a server says it again. */
export interface Challenges {
  note(userId: string, server: string, answer: Response): Challenge;
  of(userId: string, server: string): Challenge;
  /** A person was sent to allow more; false when that was done often enough and did not help. */
  countStepUp(userId: string, server: string): boolean;
  forgetUser(userId: string): void;
}

const MAX_STEP_UPS = 3;
const STEP_UP_WINDOW_MS = 10 * 60_000;

interface Noted {
  challenge: Challenge;
  /** When people were sent to allow more, epoch milliseconds. */
  stepUps: number[];
}

export function challengeBook({ clock }: { clock: Clock }): Challenges {
  const byUser = new Map<string, Map<string, Noted>>();
  const notedOf = (userId: string, server: string): Noted => {
    const servers = byUser.get(userId) ?? new Map<string, Noted>();
    byUser.set(userId, servers);
    const noted = servers.get(server) ?? { challenge: NO_CHALLENGE, stepUps: [] };
    servers.set(server, noted);
    return noted;
  };
  return {
    note(userId, server, answer) {
      const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(answer);
      const noted = notedOf(userId, server);
      noted.challenge = { resourceMetadataUrl: resourceMetadataUrl?.href ?? null, scope: computeScopeUnion(scope) ?? null };
      return noted.challenge;
    },
    of: (userId, server) => byUser.get(userId)?.get(server)?.challenge ?? NO_CHALLENGE,
    countStepUp(userId, server) {
      const noted = notedOf(userId, server);
      const now = clock.now();
      noted.stepUps = noted.stepUps.filter((at) => now - at < STEP_UP_WINDOW_MS);
      if (noted.stepUps.length >= MAX_STEP_UPS) return false;
      noted.stepUps.push(now);
      return true;
    },
    forgetUser: (userId) => void byUser.delete(userId),
  };
}
