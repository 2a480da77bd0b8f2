export interface BackoffOptions {
  /** @default 1_000 */
  baseMs?: number;
  /** @default 60_000 */
  maxMs?: number;
  /** Tries after which it is left to a person. @default 5 */
  maxAttempts?: number;
  /** The same while the endpoint is down for everybody: that passes without anybody's help. @default 60, about half an hour */
  maxAttemptsDown?: number;
  /** In [0, 1), as Math.random. */
  random: () => number;
}

/** Says how long to wait after failed try number `attempt` (from 1), or null to stop trying: full jitter, at least half a second. */
export function backoff({ baseMs = 1_000, maxMs = 60_000, maxAttempts = 5, maxAttemptsDown = 60, random }: BackoffOptions) {
  return (attempt: number, { isDown = false } = {}): number | null => {
    if (attempt >= (isDown ? maxAttemptsDown : maxAttempts)) return null;
    return Math.max(500, random() * Math.min(maxMs, baseMs * 2 ** attempt));
  };
}
