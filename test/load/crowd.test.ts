import { expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { cleanups } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

const CROWD = Number(process.env.CROWD ?? 1_000);
const RECONNECTS = Number(process.env.RECONNECTS ?? 10_000);
const MB = 1024 * 1024;

async function start() {
  const server = await startHttpServer();
  cleanups.push(server.close);
  const house = await startHouse({ one: { type: "streamable-http", url: server.url } }, { hosted: true });
  cleanups.push(() => house.close());
  return { server, house };
}

/** So many at a time. */
async function inLanes<T>(items: readonly T[], lanes: number, work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
    }),
  );
}

it("[F-LOAD-01] connects a crowd to one server", async () => {
  const { server, house } = await start();
  const people = await Promise.all(Array.from({ length: CROWD }, (_, index) => house.user(`p${index}`)));
  const before = process.memoryUsage().rss;
  const startedAt = Date.now();
  let failed = 0;
  await inLanes(people, 64, async (who) => {
    if ((await who.ask("POST", "/api/mcp/one/connect")).body.status?.state !== "connected") failed += 1;
  });
  const seconds = (Date.now() - startedAt) / 1_000;
  expect(failed).toBe(0);
  expect(server.sessionCount).toBe(CROWD);
  console.log(
    `crowd: ${CROWD} people connected in ${seconds.toFixed(1)} s, 0 failed; RSS ${Math.round(process.memoryUsage().rss / MB)} MB, +${Math.round((process.memoryUsage().rss - before) / MB)} MB (the test server and the callers are in the same process)`,
  );
}, 600_000);

it("[F-LOAD-04] keeps its memory flat over many reconnects", async () => {
  const { server, house } = await start();
  const who = await house.user("ann");
  const collect = () => {
    globalThis.gc?.();
    return process.memoryUsage().heapUsed;
  };
  const cycle = async () => {
    await who.ask("POST", "/api/mcp/one/connect");
    await who.ask("POST", "/api/mcp/one/disconnect");
    // What the test itself writes down is not the house's memory.
    server.ledger.requests.length = 0;
    house.log.length = 0;
  };
  for (let warm = 0; warm < 500; warm += 1) await cycle();
  const before = collect();
  for (let count = 0; count < RECONNECTS; count += 1) await cycle();
  const perCycle = (collect() - before) / RECONNECTS;
  console.log(
    `reconnects: ${RECONNECTS}, heap ${perCycle.toFixed(0)} bytes each${globalThis.gc === undefined ? " (no --expose-gc: not collected before measuring)" : ""}`,
  );
  expect(perCycle).toBeLessThan(1_024);
}, 1_800_000);
