import { describe, expect, it } from "vitest";
import { abortSignalOf, Stop } from "../../api/stop-signal.ts";

const ONCE = { once: true } as const;

/** What happens with both of them, in order. */
function told(controller: AbortController | Stop): unknown[] {
  const signal = controller instanceof Stop ? controller : controller.signal;
  const seen: unknown[] = [signal.aborted, signal.reason];
  const [one, two, gone, three] = ["one", "two", "gone", "three"].map((name) => () => seen.push(name, signal.aborted));
  for (const listener of [one, two, gone, three]) if (listener !== undefined) signal.addEventListener("abort", listener, ONCE);
  if (gone !== undefined) signal.removeEventListener("abort", gone);
  controller.abort("enough");
  controller.abort("more");
  signal.addEventListener("abort", () => seen.push("late"), ONCE);
  return [...seen, signal.aborted, signal.reason];
}

describe("a stop", () => {
  it("does what the platform's signal does", () => {
    expect(told(new Stop())).toEqual(told(new AbortController()));
    expect(told(new Stop())).toEqual([false, undefined, "one", true, "two", true, "three", true, true, "enough"]);
  });

  it("lets its first listener go, and only that", () => {
    const seen: string[] = [];
    const stop = new Stop();
    const first = () => seen.push("first");
    stop.addEventListener("abort", first);
    stop.addEventListener("abort", () => seen.push("second"));
    stop.removeEventListener("abort", first);
    stop.addEventListener("abort", () => seen.push("third"));
    stop.abort();
    expect(seen).toEqual(["second", "third"]);
  });

  it("has the platform's own reason when none is given", () => {
    const stop = new Stop();
    stop.abort();
    expect(stop.reason).toMatchObject({ name: "AbortError" });
  });

  it("becomes a signal of the platform for what takes nothing else", () => {
    const later = new Stop();
    const signal = abortSignalOf(later);
    expect(signal.aborted).toBe(false);
    later.abort("why");
    expect([signal.aborted, signal.reason]).toEqual([true, "why"]);
    expect(abortSignalOf(later).reason).toBe("why");
    expect(abortSignalOf(signal)).toBe(signal);
  });
});
