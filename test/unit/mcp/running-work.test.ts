import { describe, expect, it } from "vitest";
import { AppError } from "../../../api/errors/app-error.ts";
import { runningWork } from "../../../api/mcp/session/running-work.ts";
import { movedClock } from "../../support/moved-clock.ts";

const visit = new AppError("SERVER_ERROR", "a page must be visited first");
const later = () => new AppError("RATE_LIMITED", "too many", { retryAfterMs: 1_000, neverRan: true });

/** A request that fails in these ways, one after the other, and is answered then; `mend` mends what needs a visit. */
function request(failures: AppError[]) {
  const clock = movedClock();
  const work = runningWork(clock, () => ({ phase: "call" }));
  let visits = 0;
  const send = async () => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return "answered";
  };
  const mend = async (error: unknown) => {
    if (error !== visit) throw error;
    visits += 1;
  };
  const answer = work.run({ timeoutMs: 30_000 }, send, mend).catch((error: unknown) => error);
  return { clock, answer, visits: () => visits };
}

describe("a request that fails", () => {
  it("is mended and sent again, also after the server had asked for a pause", async () => {
    const { clock, answer, visits } = request([later(), visit]);
    await clock.advance(2_000);
    expect(await answer).toBe("answered");
    expect(visits()).toBe(1);
  });

  it("is mended once", async () => {
    const { answer, visits } = request([visit, visit]);
    expect(await answer).toBe(visit);
    expect(visits()).toBe(1);
  });

  it("is sent again after the pause that was asked for, and no more than twice", async () => {
    const { clock, answer } = request([later(), later(), later()]);
    await clock.advance(10_000);
    expect(await answer).toMatchObject({ code: "RATE_LIMITED" });
  });
});
