import { startChild } from "./child.ts";
import { type Goal, say } from "./figures.ts";

const CONNECTIONS = Number(process.env.BENCH_CONNECTIONS ?? 2_000);

interface Measured {
  heapKiBEach: number;
  rssKiBEach: number;
  socketsEach: number;
  /** Heap that each person adds on one server with 20 tools, beyond the same with one tool. */
  toolListKiBEach: number;
}

/** What a connection costs that nobody uses: opened for many people on one light server, then left alone. */
export async function benchIdle(): Promise<Goal[]> {
  const upstream = await startChild("upstream.ts");
  const house = await startChild("idle-house.ts", [upstream.first.url ?? ""]);
  try {
    const { heapKiBEach, rssKiBEach, socketsEach, toolListKiBEach } = await house.ask<Measured>({ connections: CONNECTIONS });
    say(
      `${CONNECTIONS} idle connections: heap ${heapKiBEach.toFixed(1)} KiB, RSS ${rssKiBEach.toFixed(1)} KiB and ${socketsEach.toFixed(3)} sockets each`,
    );
    return [
      { name: "heap of an idle connection", value: heapKiBEach, unit: " KiB", atMost: 30 },
      { name: "sockets of an idle connection", value: socketsEach, unit: "", atMost: 0.1 },
      // 500 people with 20 tools each: 1 MiB together.
      { name: "heap that 20 tools add to a connection", value: toolListKiBEach, unit: " KiB", atMost: 2 },
    ];
  } finally {
    await house.stop();
    await upstream.stop();
  }
}
