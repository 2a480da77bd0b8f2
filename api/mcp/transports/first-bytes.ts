import type { Clock } from "../../ports/clock.ts";

/** Looks at how long answers take to begin: something that buffers between here and a server is seen by nothing else. */
export interface FirstBytes {
  /** Sends one request; `forNews` when its answer is a stream that should begin at once and may stay silent then. */
  of(forNews: boolean, send: () => Promise<Response>): Promise<Response>;
  /** How long the call that has waited longest has been waiting for the head of its answer; 0 when none does. */
  silentForMs(): number;
  /** One listener; null when a stream did begin. */
  onHint(listener: (hint: string | null) => void): void;
}

const NEWS_HEAD_MS = 5_000;
const PROXY = "a proxy in front of the server may hold answers back; its buffering must be off (nginx: proxy_buffering off)";
const NO_STREAM = `the server's stream does not begin: ${PROXY}`;
/** For a call that ended at its time limit. */
export const NO_FIRST_BYTE = `not even the first byte of an answer came: if it is not just slow, ${PROXY}`;

export function firstBytes(clock: Clock): FirstBytes {
  const waiting = new Map<symbol, number>();
  let tell: (hint: string | null) => void = () => {};
  return {
    async of(forNews, send) {
      const own = Symbol();
      if (!forNews) waiting.set(own, clock.now());
      const stopTimer = forNews ? clock.setTimer(NEWS_HEAD_MS, () => tell(NO_STREAM)) : null;
      try {
        const answer = await send();
        if (forNews) tell(null);
        return answer;
      } finally {
        stopTimer?.();
        waiting.delete(own);
      }
    },
    silentForMs() {
      const [since] = waiting.values();
      return since === undefined ? 0 : clock.now() - since;
    },
    onHint: (listener) => {
      tell = listener;
    },
  };
}
