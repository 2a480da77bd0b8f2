import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { type HandmadeServer, startHandmadeServer } from "../servers/handmade-server.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import type { Counted, Wildness } from "../support/hot-caller.ts";
import { type Caller, startHouse } from "../support/house.ts";

const CALL = "/api/mcp/remote/tools/go/call";
const CALLS_EACH = 30;
/** As long as a quick tool over a network takes. */
const TOOL_MS = 50;

/** Somebody wild, and the server they use, in a process of their own. */
async function wildPerson() {
  const child = fork(fileURLToPath(new URL("../support/hot-caller.ts", import.meta.url)));
  cleanups.push(async () => {
    const ended = once(child, "exit");
    child.disconnect();
    await ended;
  });
  const [serverUrl] = (await once(child, "message")) as [string];
  return {
    serverUrl,
    begin: (wildness: Wildness) => void child.send(wildness),
    async stop(): Promise<Counted> {
      child.send("stop");
      const [counted] = await once(child, "message");
      return counted;
    },
  };
}

/** What this thread has worked so far, in ms: the house, the others and their server are in it, other processes do not count. */
function workedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

const p95 = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN;

/** The house, with people who are connected to this server. */
async function houseFor(server: HandmadeServer, hotUrl: string) {
  const servers = { remote: { type: "streamable-http", url: server.url }, hot: { type: "streamable-http", url: hotUrl } };
  const house = await kept(startHouse(servers, { hosted: true }));
  const [hot, ...others] = await Promise.all(["hot", "ann", "bob", "cas", "dee"].map((name) => house.user(name)));
  for (const who of [hot, ...others]) await who?.ask("POST", "/api/mcp/remote/connect");
  return { url: house.url, hot: hot as Caller, others };
}

it("[F-LOAD-06] somebody who calls a thousand times a second slows others by half at most", async () => {
  const server = await kept(startHandmadeServer());
  /** When a call of these was at the server and answered by it, by its number. */
  const reached = new Map<number, number>();
  const answered = new Map<number, number>();
  server.instead.set("tools/call", ({ params, answer }) => {
    const { nth = -1 } = params.arguments as { nth?: number };
    reached.set(nth, workedMs());
    setTimeout(() => {
      answered.set(nth, workedMs());
      answer({ content: [] });
    }, TOOL_MS);
  });
  const wild = await wildPerson();
  const { url, hot, others } = await houseFor(server, wild.serverUrl);
  await hot.ask("POST", "/api/mcp/hot/connect");
  let nth = 0;
  /** How long the tool took and how long the house had others before them, on its way there and back. */
  const measure = async () => {
    const times: number[] = [];
    const callAgain = async (who: Caller) => {
      for (let count = 0; count < CALLS_EACH; count += 1) {
        nth += 1;
        const own = nth;
        const asked = workedMs();
        expect((await who.ask("POST", CALL, { arguments: { nth: own } })).status).toBe(200);
        const there = (reached.get(own) ?? Number.NaN) - asked;
        times.push(there + TOOL_MS + workedMs() - (answered.get(own) ?? Number.NaN));
      }
    };
    await Promise.all(others.map(callAgain));
    return p95(times);
  };
  // Until what all of it runs through is compiled.
  wild.begin({ url, bunch: 10, everyMs: 10 });
  for (let round = 0; round < 3; round += 1) await measure();
  await wild.stop();
  const alone = await measure();
  wild.begin({ url, bunch: 10, everyMs: 10 });
  const begunAt = performance.now();
  const beside = await measure();
  const seconds = (performance.now() - begunAt) / 1_000;
  const got = await wild.stop();
  console.log(
    `p95 of others ${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms beside somebody wild for ${seconds.toFixed(1)} s, who got`,
    got,
  );
  expect(got[200]).toBeGreaterThan(500);
  expect(beside / alone).toBeLessThanOrEqual(1.5);
}, 60_000);
