import type { Load, Measured, Way } from "./caller.ts";
import { type Child, cpuUs, startChild } from "./child.ts";
import { type Goal, median, say } from "./figures.ts";
import { startProduct } from "./product.ts";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const MS = Number(process.env.BENCH_MS ?? 2_000);
/** What has not run for some seconds is not compiled well yet, and none of the four is meant to run for seconds only. */
const WARM_UP_MS = 6_000;

const LOADS = {
  "32 lanes, 64 B": { lanes: 32, ms: MS, bytes: 64 },
  "1 lane, 64 B": { lanes: 1, ms: MS / 2, bytes: 64 },
  "32 lanes, 16 KiB": { lanes: 32, ms: MS / 2, bytes: 16_384 },
} as const satisfies Record<string, Load>;
type LoadName = keyof typeof LOADS;

const TARGETS = ["bare SDK v1", "bare SDK v2", "bare relay", "product"] as const;
type Target = (typeof TARGETS)[number];

interface Sample extends Measured {
  /** CPU of the process between caller and upstream, for each call; of the caller itself where there is none. */
  cpuPerCallUs: number;
}

/**
 * One tool call, four ways, against the same light server, in turns: the official client as it comes (v1, v2), a relay
 * that does nothing else, and the product's REST call with everything on. Ratios are taken within a round.
 */
export async function benchCalls(): Promise<Goal[]> {
  const upstream = await startChild("upstream.ts");
  const { url = "" } = upstream.first;
  const relay = await startChild("relay.ts", [url]);
  const product = await startProduct({ light: { type: "streamable-http", url } });
  const call = "/api/mcp/light/tools/echo/call";
  const callers: Record<Target, { caller: Child; pid: number | undefined }> = {
    "bare SDK v1": await own("sdk-v1", url),
    "bare SDK v2": await own("sdk-v2", url),
    "bare relay": { caller: await startChild("caller.ts", ["http", relay.first.url ?? ""]), pid: relay.process.pid },
    product: { caller: await startChild("caller.ts", ["http", product.url, call, product.authorization]), pid: product.pid },
  };
  const samples = new Map<string, Sample[]>();
  const of = (load: LoadName, target: Target) => samples.get(`${load} ${target}`) ?? [];
  try {
    for (const target of TARGETS) {
      await callers[target].caller.ask({ lanes: 32, ms: WARM_UP_MS, bytes: 64 });
      await callers[target].caller.ask({ lanes: 32, ms: WARM_UP_MS / 4, bytes: 16_384 });
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const load of Object.keys(LOADS) as LoadName[]) {
        // Another order each round, so that none always comes after the same one.
        for (const target of [...TARGETS.slice(round % 4), ...TARGETS.slice(0, round % 4)]) {
          const { caller, pid } = callers[target];
          const before = cpuUs(pid);
          const measured = await caller.ask<Measured>(LOADS[load]);
          const cpuPerCallUs = (cpuUs(pid) - before) / measured.calls;
          samples.set(`${load} ${target}`, [...of(load, target), { ...measured, cpuPerCallUs }]);
        }
      }
    }
  } finally {
    for (const { caller } of Object.values(callers)) await caller.stop();
    await product.stop();
    await relay.stop();
    await upstream.stop();
  }
  for (const load of Object.keys(LOADS) as LoadName[]) printTable(load, of);
  const ratio = (load: LoadName, over: Target, of1: (sample: Sample) => number) =>
    median(of(load, "product").map((sample, round) => of1(sample) / of1(of(load, over)[round] as Sample)));
  const rate = ({ calls, ms }: Sample) => calls / ms;
  return [
    { name: "throughput at 32, product / SDK v1", value: ratio("32 lanes, 64 B", "bare SDK v1", rate), unit: "x", atLeast: 1.7 },
    { name: "throughput at 32, product / relay", value: ratio("32 lanes, 64 B", "bare relay", rate), unit: "x", atLeast: 0.75 },
    {
      name: "CPU a call, product / relay",
      value: ratio("32 lanes, 64 B", "bare relay", (sample) => sample.cpuPerCallUs),
      unit: "x",
      atMost: 1.5,
    },
    {
      name: "p50 in sequence, product / SDK v1",
      value: ratio("1 lane, 64 B", "bare SDK v1", (sample) => sample.p50Us),
      unit: "x",
      atMost: 1,
    },
    {
      name: "throughput at 32 with 16 KiB, product / SDK v1",
      value: ratio("32 lanes, 16 KiB", "bare SDK v1", rate),
      unit: "x",
      atLeast: 1.3,
    },
    {
      name: "failed calls",
      value: [...samples.values()].flat().reduce((sum, { failed }) => sum + failed, 0),
      unit: "",
      atMost: 0,
    },
  ];
}

async function own(way: Way, url: string): Promise<{ caller: Child; pid: number | undefined }> {
  const caller = await startChild("caller.ts", [way, url]);
  return { caller, pid: caller.process.pid };
}

function printTable(load: LoadName, of: (load: LoadName, target: Target) => readonly Sample[]): void {
  say(`\n${load}, medians of ${ROUNDS} interleaved rounds`);
  say("  target        calls/s  p50 µs  p99 µs  CPU µs a call");
  for (const target of TARGETS) {
    const samples = of(load, target);
    const figures = [
      median(samples.map(({ calls, ms }) => (calls / ms) * 1_000)),
      median(samples.map(({ p50Us }) => p50Us)),
      median(samples.map(({ p99Us }) => p99Us)),
      median(samples.map(({ cpuPerCallUs }) => cpuPerCallUs)),
    ].map((figure, index) => figure.toFixed(0).padStart([8, 6, 6, 13][index] ?? 6));
    say(`  ${target.padEnd(12)} ${figures.join("  ")}`);
  }
}
