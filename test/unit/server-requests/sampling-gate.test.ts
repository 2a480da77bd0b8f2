import { expect, it } from "vitest";
import { AppError } from "../../../api/errors/app-error.ts";
import { samplingGate } from "../../../api/server-requests/sampling-gate.ts";
import { movedClock } from "../../support/moved-clock.ts";

const HOUR_MS = 60 * 60_000;

function gate(perHour = 2) {
  const clock = movedClock();
  const { admit, forgetUser } = samplingGate({ clock });
  const ask = (params: object = {}, userId = "ann", server = "s") => {
    try {
      return admit({ userId, server, sampling: { model: null, maxTokens: 100, perHour }, params: { maxTokens: 40, ...params } });
    } catch (error) {
      if (error instanceof AppError) return error.code;
      throw error;
    }
  };
  return { clock, ask, forgetUser };
}

it("gives what is asked for, up to what the operator gives", () => {
  const { ask } = gate(9);
  expect(ask()).toEqual({ model: null, maxTokens: 40, left: 8 });
  expect(ask({ maxTokens: 4_000 })).toMatchObject({ maxTokens: 100 });
  expect(ask({ maxTokens: -1 })).toMatchObject({ maxTokens: 100 });
  expect(ask({ maxTokens: 0.5 })).toMatchObject({ maxTokens: 1 });
});

it("refuses tools, which were not offered, and what is too large; neither counts", () => {
  const { ask } = gate(1);
  expect(ask({ tools: [] })).toBe("REQUEST_INVALID");
  expect(ask({ toolChoice: { mode: "auto" } })).toBe("REQUEST_INVALID");
  expect(ask({ systemPrompt: "x".repeat(300_000) })).toBe("REQUEST_TOO_LARGE");
  expect(ask()).toMatchObject({ left: 0 });
});

it("counts an hour for each person and server, and lets go of who has left", async () => {
  const { clock, ask, forgetUser } = gate();
  ask();
  await clock.advance(HOUR_MS / 2);
  ask();
  expect(ask()).toBe("RATE_LIMITED");
  expect(ask({}, "bob")).toMatchObject({ left: 1 });
  expect(ask({}, "ann", "other")).toMatchObject({ left: 1 });
  await clock.advance(HOUR_MS / 2);
  expect(ask()).toMatchObject({ left: 0 });
  expect(ask()).toBe("RATE_LIMITED");
  forgetUser("ann");
  expect(ask()).toMatchObject({ left: 1 });
});
