import { describe, expect, it } from "vitest";
import type { Fault } from "../servers/raw/exchange.ts";
import { startRawHttpServer } from "../servers/raw/raw-http-server.ts";
import { kept } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";
import { skewedClock } from "../support/skewed-clock.ts";

const HOUR_MS = 3_600_000;

async function world(timeout = 1_000) {
  const raw = await kept(startRawHttpServer());
  const clock = skewedClock();
  const entry = { type: "streamable-http", url: raw.url, timeout };
  const house = await kept(startHouse({ raw: entry }, { hosted: true, clock }));
  const ann = await house.user("ann");
  const timed = async (path: string, sent?: object) => {
    const startedAt = performance.now();
    const { status, body } = await ann.ask("POST", `/api/mcp/raw/${path}`, sent);
    return { status, body, ms: performance.now() - startedAt };
  };
  const call = () => timed("tools/go/call", { arguments: {} });
  const reinitialize = () => timed("reinitialize");
  expect((await timed("connect")).status).toBe(200);
  return { raw, clock, call, reinitialize };
}

describe.each([
  ["forward", HOUR_MS],
  ["back", -HOUR_MS],
])("a machine whose clock is set %s by an hour", (_, byMs) => {
  const steps =
    (count: number, next: (step: number) => void): Fault =>
    async ({ params, say, answer }) => {
      const progressToken = (params._meta as { progressToken?: unknown } | undefined)?.progressToken;
      for (let step = 1; step <= count; step += 1) {
        next(step);
        const progress = { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken, progress: step } };
        if (!(await say(JSON.stringify(progress)))) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      answer({ content: [] });
    };

  it("ends no call that tells of its progress, and none lasts longer for it", async () => {
    const { raw, clock, call } = await world();
    const set = (step: number) => {
      if (step === 2) clock.aheadMs = byMs;
    };
    raw.faults["tools/call"] = steps(7, set);
    const { status, body } = await call();
    expect(status).toBe(200);
    expect(body.durationMs).toBeGreaterThan(1_000);
    expect(body.durationMs).toBeLessThan(10_000);
  });

  it("keeps the limit of a call that never ends", async () => {
    const { raw, clock, call } = await world(300);
    const set = (step: number) => {
      if (step === 2) clock.aheadMs = byMs;
    };
    raw.faults["tools/call"] = steps(100, set);
    const { body, ms } = await call();
    expect(body).toMatchObject({ code: "CALL_TIMEOUT", message: expect.stringContaining("however much progress") });
    expect(ms).toBeGreaterThan(2_900);
    expect(ms).toBeLessThan(6_000);
  });

  it("opens connections as fast as ever", async () => {
    const { clock, reinitialize } = await world();
    clock.aheadMs = byMs;
    const { status, ms } = await reinitialize();
    expect(status).toBe(200);
    expect(ms).toBeLessThan(3_000);
  });
});
