/** The house in a process of its own, for figures that only a whole process has: `node test/support/house-apart-main.ts`. */
import { once } from "node:events";
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

process.on("message", (said: "turns" | "log" | "close" | { blockMs: number }) => {
  if (typeof said === "object") {
    for (const until = performance.now() + said.blockMs; performance.now() < until; );
  } else if (said === "log") process.send?.(house.log);
  else if (said === "close") void house.close().then(() => process.exit(0));
  else {
    const sorted = turns.sort((a, b) => a - b);
    turns = [];
    process.send?.({ p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0, max: sorted.at(-1) ?? 0 });
  }
});
process.once("disconnect", () => process.exit(1));
process.send?.({ url: house.url });
