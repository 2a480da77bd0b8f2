import type { Clock } from "../ports/clock.ts";

/** Which kind of protocol a server speaks: the handshake of 2024-11-05 to 2025-11-25, or a stateless revision since 2026-07-28. */
export type EraVerdict = { readonly kind: "legacy" } | { readonly kind: "modern"; readonly version: string };

export const FIRST_MODERN = "2026-07-28";

/** Revisions are dates. */
export const isModern = (version: string) => version >= FIRST_MODERN;

/** What was found out about one server for one person, so that it is not asked again at every connect. */
export interface KnownEra {
  get(): EraVerdict | null;
  learn(verdict: EraVerdict): void;
  forget(): void;
}

const DAY_MS = 24 * 60 * 60_000;
const MAX_VERDICTS = 20_000;

/** Verdicts are kept for a day, in memory: a server that learns the newer protocol is found out by itself. */
export function eraVerdicts({ clock, keepMs = DAY_MS }: { clock: Clock; keepMs?: number }) {
  const kept = new Map<string, { verdict: EraVerdict; until: number }>();
  /** `key` names person, server and what it was opened with: a verdict never crosses authorization contexts. */
  return (key: string): KnownEra => ({
    get() {
      const found = kept.get(key);
      if (found === undefined) return null;
      if (found.until > clock.now()) return found.verdict;
      kept.delete(key);
      return null;
    },
    learn(verdict) {
      kept.delete(key);
      kept.set(key, { verdict, until: clock.now() + keepMs });
      if (kept.size > MAX_VERDICTS) kept.delete(kept.keys().next().value ?? "");
    },
    forget: () => void kept.delete(key),
  });
}
