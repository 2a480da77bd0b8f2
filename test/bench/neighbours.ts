import type { Measured } from "./caller.ts";
import { type Child, startChild } from "./child.ts";
import { type Goal, median, say } from "./figures.ts";
import { startProduct } from "./product.ts";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const MS = Number(process.env.BENCH_MS ?? 2_000);

/** What a server that takes calls and never answers does to calls of another one: their p99 with it and without it. */
export async function benchNeighbours(): Promise<Goal[]> {
  const upstream = await startChild("upstream.ts");
  const { url = "" } = upstream.first;
  const hanging = await startChild("upstream.ts");
  const product = await startProduct({
    light: { type: "streamable-http", url },
    hung: { type: "streamable-http", url: `${hanging.first.url}/hang`, timeout: MS * 2 },
  });
  const call = (server: string) =>
    startChild("caller.ts", ["http", product.url, `/api/mcp/${server}/tools/echo/call`, product.authorization]);
  const light = await call("light");
  const hung = await call("hung");
  const load = { lanes: 8, ms: MS, bytes: 64 };
  const alone: number[] = [];
  const beside: number[] = [];
  try {
    await light.ask({ ...load, ms: 1_000 });
    for (let round = 0; round < ROUNDS; round += 1) {
      alone.push((await light.ask<Measured>(load)).p99Us);
      const stuck = hang(hung);
      beside.push((await light.ask<Measured>(load)).p99Us);
      await stuck;
    }
  } finally {
    for (const child of [light, hung]) await child.stop();
    await product.stop();
    for (const child of [hanging, upstream]) await child.stop();
  }
  const ratio = median(beside.map((p99, round) => p99 / (alone[round] ?? Number.NaN)));
  say(`p99 of calls alone ${median(alone).toFixed(0)} µs, beside 32 hanging ones ${median(beside).toFixed(0)} µs`);
  return [{ name: "p99 of others while a server hangs", value: ratio, unit: "x", atMost: 1.1 }];
}

/** 32 calls that end at their deadline; each is a failure, as it should be. */
async function hang(child: Child): Promise<void> {
  await child.ask<Measured>({ lanes: 32, ms: 100, bytes: 64, quiet: true });
}
