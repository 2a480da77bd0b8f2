import { afterEach, describe, expect, it, vi } from "vitest";
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

describe("the machine's clock", () => {
  it("is followed when it is put forward", () => {
    vi.useFakeTimers();
    const before = systemClock.now();
    vi.setSystemTime(Date.now() + DAY_MS);
    expect(systemClock.now() - before).toBe(DAY_MS);
  });

  it("takes no time back that has gone by: it goes on at half the pace until both agree", () => {
    vi.useFakeTimers();
    vi.setSystemTime(systemClock.now());
    const before = systemClock.now();
    vi.setSystemTime(before - 10_000);
    expect(systemClock.now()).toBe(before);
    vi.advanceTimersByTime(6_000);
    expect(systemClock.now()).toBe(before + 3_000);
    vi.advanceTimersByTime(20_000);
    expect(systemClock.now()).toBe(Date.now());
  });
});
