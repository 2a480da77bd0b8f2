import { afterEach, expect, it, vi } from "vitest";
import { systemClock } from "../../api/ports/clock.ts";

const DAY_MS = 24 * 60 * 60_000;

afterEach(() => void vi.useRealTimers());

it("waits for longer than one timer can", async () => {
  vi.useFakeTimers();
  const run = vi.fn();
  systemClock.setTimer(60 * DAY_MS, run);
  await vi.advanceTimersByTimeAsync(60 * DAY_MS - 1);
  expect(run).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(run).toHaveBeenCalledOnce();
});

it("is stopped in any part of a long wait", async () => {
  vi.useFakeTimers();
  const run = vi.fn();
  const stop = systemClock.setTimer(60 * DAY_MS, run);
  await vi.advanceTimersByTimeAsync(30 * DAY_MS);
  stop();
  expect(vi.getTimerCount()).toBe(0);
});
