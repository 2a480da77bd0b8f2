/**
 * What is used of an `AbortSignal`. The platform's own is one, and fits wherever this is asked for; `Stop` is one for a
 * tenth of the price.
 */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  /** The listener is called at most once, and never when the signal was aborted before. */
  addEventListener(type: "abort", listener: () => void, options: { once: true }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/**
 * An `AbortController` and its signal in one, for what is begun thousands of times a second: a tool call passes four of
 * them, and each of the platform's is an `EventTarget`. Its listeners must not throw.
 */
export class Stop implements StopSignal {
  #isAborted = false;
  #reason: unknown;
  /** The first of them; nearly always it is the only one. */
  #listener: (() => void) | null = null;
  #more: (() => void)[] | null = null;

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Without a reason it is the platform's `AbortError`. Does nothing when called again. */
  abort(reason: unknown = new DOMException("This operation was aborted", "AbortError")): void {
    if (this.#isAborted) return;
    this.#isAborted = true;
    this.#reason = reason;
    const [first, more] = [this.#listener, this.#more];
    this.#listener = null;
    this.#more = null;
    first?.();
    for (const listener of more ?? []) listener();
  }

  addEventListener(_: "abort", listener: () => void, _options?: { once: true }): void {
    if (this.#isAborted) return;
    if (this.#listener === null && this.#more === null) this.#listener = listener;
    else this.#more = [...(this.#more ?? []), listener];
  }

  removeEventListener(_: "abort", listener: () => void): void {
    if (this.#listener === listener) this.#listener = null;
    else this.#more = this.#more?.filter((each) => each !== listener) ?? null;
  }
}

/** The platform's own, for what takes nothing else: aborted when this one is, for the same reason. */
export function abortSignalOf(signal: StopSignal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const controller = new AbortController();
  if (signal.aborted) controller.abort(signal.reason);
  signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
  return controller.signal;
}
