import { describe, expect, it } from "vitest";
import type { Rollout } from "../../schemas/wire.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { cleanups } from "../support/clean-up.ts";
import { type Caller, startHouse } from "../support/house.ts";

async function crowd(size: number) {
  const server = await startHttpServer();
  cleanups.push(server.close);
  const house = await startHouse({ one: { type: "streamable-http", url: server.url } }, { hosted: true });
  cleanups.push(() => house.close());
  const admin = await house.admin();
  const people = await Promise.all(Array.from({ length: size }, (_, index) => house.user(`p${index}`)));
  await Promise.all(people.map((who) => who.ask("POST", "/api/mcp/one/connect")));
  return { server, house, admin, people };
}

/** `ROLLOUT_PEOPLE=50 ROLLOUT_ROUNDS=20` is the full load. */
const PEOPLE = Number(process.env.ROLLOUT_PEOPLE ?? 12);
const ROUNDS = Number(process.env.ROLLOUT_ROUNDS ?? 5);

const rollout = async (admin: Caller): Promise<Rollout | undefined> =>
  (await admin.ask("GET", "/api/mcp/rollouts")).body.rollouts[0];
const percentile = (values: number[], share: number) => [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

describe("reinitializing for everybody", () => {
  it.each([
    { startDelayMs: 0, rounds: ROUNDS },
    { startDelayMs: 1_000, rounds: 1 },
  ])(
    "[F-CFG-10] loses and repeats no call over rollouts under load, a new server taking $startDelayMs ms to start",
    async ({ startDelayMs, rounds }) => {
      const { server, admin, people } = await crowd(PEOPLE);
      server.faults.startDelayMs = startDelayMs;
      let running = true;
      const gaps: number[] = [];
      const answers: { isError?: boolean; code?: string }[] = [];
      const lanes = people.map(async (who, index) => {
        for (let count = 0; running; count += 1) {
          const startedAt = performance.now();
          const { body } = await who.ask("POST", "/api/mcp/one/tools/echo/call", { arguments: { message: `${index}-${count}` } });
          answers.push(body);
          gaps.push(performance.now() - startedAt);
          // About four calls a second from each: a load, not a flood.
          await new Promise((resolve) => setTimeout(resolve, 150));
        }
      });
      const startedAt = Date.now();
      for (let round = 0; round < rounds; round += 1) {
        expect((await admin.ask("POST", "/api/mcp/one/rollout")).body).toMatchObject({ state: "running", total: PEOPLE });
        await expect.poll(async () => (await rollout(admin))?.state, { timeout: 60_000, interval: 20 }).toBe("done");
        expect(await rollout(admin)).toMatchObject({ done: PEOPLE, failed: 0 });
      }
      running = false;
      await Promise.all(lanes);
      const seconds = (Date.now() - startedAt) / 1_000;
      expect(answers.filter(({ isError }) => isError !== false)).toEqual([]);
      expect(server.ledger.callsOf("echo")).toHaveLength(answers.length);
      expect(new Set(server.ledger.callsOf("echo").map(({ arguments: { message } }) => message)).size).toBe(answers.length);
      console.log(
        `rolling reinitialize: ${rounds} rounds, start in ${startDelayMs} ms, ${people.length} people, ${answers.length} calls (${Math.round(answers.length / seconds)}/s), lost 0, duplicated 0, p50 ${percentile(gaps, 0.5).toFixed(1)} ms, p99 ${percentile(gaps, 0.99).toFixed(1)} ms, longest ${Math.max(...gaps).toFixed(0)} ms`,
      );
    },
    300_000,
  );

  it("[F-CFG-11] keeps everybody's old connection when the new server never starts", async () => {
    const { server, admin, people } = await crowd(4);
    server.faults.status = 503;
    await admin.ask("POST", "/api/mcp/one/rollout");
    await expect.poll(async () => (await rollout(admin))?.state, { timeout: 20_000 }).toBe("done");
    expect(await rollout(admin)).toMatchObject({ done: 0, failed: 4 });
    server.faults.status = null;
    for (const who of people) {
      expect((await who.ask("POST", "/api/mcp/one/tools/echo/call", { arguments: { message: "x" } })).body).toMatchObject({
        isError: false,
      });
      expect((await who.ask("GET", "/api/mcp/connection/status/one")).body.status.state).toBe("connected");
    }
  });

  it("tells admins how far it is, runs once at a time, and stops when asked", async () => {
    const { server, admin, people } = await crowd(9);
    const socket = admin.socket();
    const seen: Rollout[] = [];
    socket.on("mcp:rollout", (progress) => seen.push(progress));
    await new Promise((resolve) => socket.on("mcp:snapshot", resolve));
    expect((await people[0]?.ask("POST", "/api/mcp/one/rollout"))?.body.code).toBe("ADMIN_REQUIRED");
    server.faults.hang = true;
    await admin.ask("POST", "/api/mcp/one/rollout");
    expect((await admin.ask("POST", "/api/mcp/one/rollout")).body.code).toBe("ROLLOUT_RUNNING");
    expect((await admin.ask("POST", "/api/mcp/one/rollout/stop")).body.state).toBe("stopping");
    server.faults.hang = false;
    server.cut();
    await expect.poll(() => seen.at(-1)?.state, { timeout: 20_000 }).toBe("stopped");
    const { done, failed, total } = seen.at(-1) as Rollout;
    expect([total, done + failed]).toEqual([9, 4]);
    expect((await admin.ask("POST", "/api/mcp/one/rollout/stop")).body.code).toBe("ROLLOUT_UNKNOWN");
  }, 60_000);
});
