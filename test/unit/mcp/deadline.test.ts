import { expect, it } from "vitest";
import { startDeadline } from "../../../api/mcp/deadline.ts";
import { movedClock } from "../../support/moved-clock.ts";

const start = (timeoutMs: number, maxTotalMs?: number) => {
  const clock = movedClock();
  return { clock, deadline: startDeadline({ clock, timeoutMs, code: "CALL_TIMEOUT", maxTotalMs }) };
};

it("stands still while paused and goes on where it was", async () => {
  const { clock, deadline } = start(1_000);
  await clock.advance(600);
  deadline.pause();
  await clock.advance(60_000);
  expect(deadline.signal.aborted).toBe(false);
  deadline.resume();
  await clock.advance(399);
  expect(deadline.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(deadline.signal.aborted).toBe(true);
});

it("goes on only when every pause has ended", async () => {
  const { clock, deadline } = start(1_000);
  deadline.pause();
  deadline.pause();
  deadline.resume();
  await clock.advance(5_000);
  expect(deadline.signal.aborted).toBe(false);
  deadline.resume();
  await clock.advance(1_000);
  expect(deadline.signal.aborted).toBe(true);
});

it("does not count a pause against the longest total", async () => {
  const { clock, deadline } = start(1_000, 1_500);
  deadline.pause();
  await clock.advance(10_000);
  deadline.resume();
  await clock.advance(900);
  deadline.extend();
  await clock.advance(599);
  expect(deadline.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(deadline.signal.aborted).toBe(true);
});

it("leaves no timer behind", () => {
  const { clock, deadline } = start(1_000);
  deadline.pause();
  deadline.clear();
  deadline.resume();
  expect(clock.pending()).toBe(0);
});
