import type { Clock } from "../../ports/clock.ts";
import { inFlight } from "../in-flight.ts";

/** Looks at how long answers take to begin: something that buffers between here and a server is seen by nothing else. */
export interface FirstBytes {
  /** Sends one request; `forNews` when its answer is a stream that should begin at once and may stay silent then. */
  of(forNews: boolean, send: () => Promise<Response>): Promise<Response>;
  /** The same for a call that looks after itself: the number is for `ended`, when its answer has begun or failed. */
  begun(): number;
  ended(call: number): void;
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
  /** When each began. */
  const waiting = inFlight<number, number>();
  let last = 0;
  const begun = () => {
    last += 1;
    waiting.set(last, clock.now());
    return last;
  };
  const ended = (call: number) => void waiting.take(call);
  let tell: (hint: string | null) => void = () => {};
  const ofNews = async (send: () => Promise<Response>) => {
    const stopTimer = clock.setTimer(NEWS_HEAD_MS, () => tell(NO_STREAM));
    try {
      const answer = await send();
      tell(null);
      return answer;
    } finally {
      stopTimer();
    }
  };
  return {
    begun,
    ended,
    async of(forNews, send) {
      if (forNews) return ofNews(send);
      const call = begun();
      try {
        return await send();
      } finally {
        ended(call);
      }
    },
    silentForMs() {
      const now = clock.now();
      return now - Math.min(now, ...waiting.values());
    },
    onHint: (listener) => {
      tell = listener;
    },
  };
}
