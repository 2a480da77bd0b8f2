import { expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { cleanups } from "../support/clean-up.ts";
import { connectCrowd } from "../support/crowd.ts";
import { startHouse } from "../support/house.ts";

const CROWD = Number(process.env.CROWD ?? 1_000);
const RECONNECTS = Number(process.env.RECONNECTS ?? 10_000);

async function start() {
  const server = await startHttpServer();
  cleanups.push(server.close);
  const house = await startHouse({ one: { type: "streamable-http", url: server.url } }, { hosted: true });
  cleanups.push(() => house.close());
  return { server, house };
}

it("[F-LOAD-01] connects a crowd at once to twenty servers", async () => {
  const { seconds, failed, connected, residentMb } = await connectCrowd({ people: CROWD, servers: 20 });
  console.log(`crowd: ${CROWD} people connected in ${seconds.toFixed(1)} s, ${failed} failed; RSS ${Math.round(residentMb)} MB`);
  expect(failed).toBe(0);
  expect(connected).toBe(CROWD);
  expect(seconds).toBeLessThanOrEqual(30);
  expect(residentMb).toBeLessThan(800);
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
