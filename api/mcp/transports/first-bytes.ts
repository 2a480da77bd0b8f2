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
  return new WatchedHeads(clock);
}

/** A class, because every session has one: methods weigh nothing where closures do. */
class WatchedHeads implements FirstBytes {
  readonly #clock: Clock;
  /** When each began. */
  readonly #waiting = inFlight<number, number>();
  #last = 0;
  #tell: (hint: string | null) => void = () => {};

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begun(): number {
    this.#last += 1;
    this.#waiting.set(this.#last, this.#clock.steady());
    return this.#last;
  }

  ended(call: number): void {
    this.#waiting.take(call);
  }

  async of(forNews: boolean, send: () => Promise<Response>): Promise<Response> {
    if (forNews) return this.#ofNews(send);
    const call = this.begun();
    try {
      return await send();
    } finally {
      this.ended(call);
    }
  }

  silentForMs(): number {
    const now = this.#clock.steady();
    return now - Math.min(now, ...this.#waiting.values());
  }

  onHint(listener: (hint: string | null) => void): void {
    this.#tell = listener;
  }

  async #ofNews(send: () => Promise<Response>): Promise<Response> {
    const stopTimer = this.#clock.setTimer(NEWS_HEAD_MS, () => this.#tell(NO_STREAM));
    try {
      const answer = await send();
      this.#tell(null);
      return answer;
    } finally {
      stopTimer();
    }
  }
}
