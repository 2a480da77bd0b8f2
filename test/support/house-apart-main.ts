/** The house in a process of its own, for figures that only a whole process has: `node test/support/house-apart-main.ts`. */
import { once } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type StartHouseOptions, startHouse } from "./house.ts";

interface Wanted {
  servers: object;
  options: StartHouseOptions;
}

const TURN_MS = 10;

const [wanted] = (await once(process, "message")) as [Wanted];
const house = await startHouse(wanted.servers, { ...wanted.options, hosted: true });

/** What the loop's thread worked between two turns of a timer, in ms of processor time: others on the machine do not count. */
let turns: number[] = [];
let before = process.threadCpuUsage();
setInterval(() => {
  const now = process.threadCpuUsage();
  turns.push((now.user + now.system - before.user - before.system) / 1_000);
  before = now;
}, TURN_MS).unref();

function held() {
  house.log.length = 0;
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let round = 0; round < 3; round += 1) collect();
  return { heapBytes: process.memoryUsage().heapUsed, resources: process.getActiveResourcesInfo().length };
}

process.on("message", (said: "turns" | "log" | "held" | "close" | { blockMs: number }) => {
  if (typeof said === "object") {
    for (const until = performance.now() + said.blockMs; performance.now() < until; );
  } else if (said === "log") process.send?.(house.log);
  else if (said === "held") process.send?.(held());
  else if (said === "close") void house.close().then(() => process.exit(0));
  else {
    const sorted = turns.sort((a, b) => a - b);
    turns = [];
    process.send?.({ p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0, max: sorted.at(-1) ?? 0 });
  }
});
process.once("disconnect", () => process.exit(1));
process.send?.({ url: house.url });
