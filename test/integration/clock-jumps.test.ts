import { afterEach, expect, it, vi } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { cleanups } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

const HOUR_MS = 3_600_000;
const told = Date.now.bind(Date);
afterEach(() => void vi.restoreAllMocks());

/** From now on the machine's clock is wrong, or right again. */
const putClock = (byMs: number) => vi.spyOn(Date, "now").mockImplementation(() => told() + byMs);

it.each([-HOUR_MS, HOUR_MS])(
  "goes on at once when the machine's clock is put by %d ms, and when it is put right again",
  async (byMs) => {
    const upstream = await startHttpServer();
    cleanups.push(upstream.close);
    const entry = { type: "streamable-http", url: upstream.url };
    const house = await startHouse({ before: entry, during: entry, after: entry });
    cleanups.push(house.close);
    const ann = await house.user("ann");
    const call = async (server: string, tool: string, given: object) =>
      (await ann.ask("POST", `/api/mcp/${server}/tools/${tool}/call`, { arguments: given })).status;
    expect(await call("before", "echo", { message: "hi" })).toBe(200);
    const running = call("before", "slow", { ms: 1_000, steps: 4 });
    await expect.poll(() => upstream.ledger.callsOf("slow").length).toBe(1);
    putClock(byMs);
    expect(await call("during", "echo", { message: "hi" })).toBe(200);
    expect(await running).toBe(200);
    vi.restoreAllMocks();
    expect(await call("after", "echo", { message: "hi" })).toBe(200);
    expect(await call("before", "echo", { message: "hi" })).toBe(200);
  },
);
