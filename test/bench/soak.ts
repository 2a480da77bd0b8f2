import type { Measured } from "./caller.ts";
import { rssKiB, startChild } from "./child.ts";
import { type Goal, say } from "./figures.ts";
import { startProduct } from "./product.ts";

const MINUTES = Number(process.env.BENCH_SOAK_MINUTES ?? 5);
/** Memory grows until caches are full and the collector has found its pace. */
const WARM_MINUTES = Math.min(1, MINUTES / 4);

/** 32 lanes without a pause: failed calls, warnings of the runtime, and how the process grows once it is warm. */
export async function benchSoak(): Promise<Goal[]> {
  const upstream = await startChild("upstream.ts");
  const product = await startProduct({ light: { type: "streamable-http", url: upstream.first.url } });
  const caller = await startChild("caller.ts", ["http", product.url, "/api/mcp/light/tools/echo/call", product.authorization]);
  const run = (minutes: number) => caller.ask<Measured>({ lanes: 32, ms: minutes * 60_000, bytes: 64 });
  try {
    const warm = await run(WARM_MINUTES);
    const before = rssKiB(product.pid);
    const measured = await run(MINUTES - WARM_MINUTES);
    const after = rssKiB(product.pid);
    const calls = warm.calls + measured.calls;
    say(`${calls} calls in ${MINUTES} minutes; RSS ${Math.round(before / 1_024)} MiB → ${Math.round(after / 1_024)} MiB`);
    return [
      { name: "failed calls", value: warm.failed + measured.failed, unit: "", atMost: 0 },
      { name: "warnings", value: product.warnings() + warm.warnings + measured.warnings, unit: "", atMost: 0 },
      { name: "growth of RSS", value: (after / before - 1) * 100, unit: " %", atMost: 5 },
    ];
  } finally {
    await caller.stop();
    await product.stop();
    await upstream.stop();
  }
}
