/** The house in a process of its own with the garbage collector at hand, to weigh what its connections hold. */
import { setTimeout as sleep } from "node:timers/promises";
import { fastClock } from "../support/fast-clock.ts";
import { startHouse } from "../support/house.ts";
import { report, rssKiB } from "./child.ts";

const url = process.argv[2] ?? "";
const LANES = 16;
const WARM_UP = 200;

async function weighed() {
  // Streams of notifications end when those who came have gone, connections that are left over soon after.
  await sleep(20_000);
  for (let round = 0; round < 4; round += 1) {
    globalThis.gc?.();
    await sleep(100);
  }
  return { heapKiB: process.memoryUsage().heapUsed / 1_024, rssKiB: rssKiB(process.pid), sockets: await socketsThere() };
}

async function socketsThere(): Promise<number> {
  // The one that asks is among them.
  return Number(await (await fetch(`${url}/sockets`)).text()) - 1;
}

const entry = { type: "streamable-http", initTimeout: 600_000 };
const house = await startHouse(
  { light: { ...entry, url }, short: { ...entry, url: `${url}/short` } },
  // Minutes pass in seconds: nobody is there any more when it is weighed. Faster, and the first would be closed before the last.
  { hosted: true, clock: fastClock(6), limits: { connectionsInTotal: 100_000 } },
);

async function connectAll(server: string, people: readonly string[]): Promise<void> {
  const queue = [...people];
  const lane = async () => {
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      const { status, body } = await (await house.user(name)).ask("POST", `/api/mcp/${server}/connect`);
      if (body.status?.state !== "connected") throw new Error(`${status}: ${JSON.stringify(body)}`);
      house.log.length = 0;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

process.on("message", async ({ connections }: { connections: number }) => {
  const people = (prefix: string) => Array.from({ length: connections }, (_, index) => `${prefix}${index}`);
  // What the process learns once, compiled code above all, is no connection's.
  await connectAll("light", people("warm").slice(0, WARM_UP));
  await connectAll("short", people("warm").slice(0, WARM_UP));
  const empty = await weighed();
  await connectAll("light", people("p"));
  const long = await weighed();
  await connectAll("short", people("q"));
  const short = await weighed();
  report({
    heapKiBEach: (long.heapKiB - empty.heapKiB) / connections,
    rssKiBEach: (long.rssKiB - empty.rssKiB) / connections,
    socketsEach: (long.sockets - empty.sockets) / connections,
    toolListKiBEach: (2 * long.heapKiB - empty.heapKiB - short.heapKiB) / connections,
  });
});
report({ ready: "yes" });
