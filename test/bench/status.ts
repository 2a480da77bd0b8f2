import { io, type Socket } from "socket.io-client";
import type { ConnectionStatus } from "../../schemas/wire.ts";
import { startChild } from "./child.ts";
import { type Goal, median, say } from "./figures.ts";

const BROWSERS = 500;
const CHANGES = Number(process.env.BENCH_CHANGES ?? 200);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);

/**
 * How long a change of a connection's state is on its way to its person's page, while 500 people have one open: from
 * the moment the state began (`since`) to its arrival in another process of the same machine.
 */
export async function benchStatus(): Promise<Goal[]> {
  const upstream = await startChild("upstream.ts");
  const house = await startChild("status-house.ts", [upstream.first.url ?? ""]);
  const { url = "" } = house.first;
  const delays: number[] = [];
  const pages: Socket[] = [];
  try {
    for (let opened = 0; opened < BROWSERS; opened += 50)
      pages.push(...(await Promise.all(Array.from({ length: 50 }, (_, nth) => openPage(url, `p${opened + nth}`, delays)))));
    const rounds = { p50: [] as number[], p99: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      delays.length = 0;
      for (let change = 0; change < CHANGES; change += 1) {
        const who = `p${(round * CHANGES + change) % BROWSERS}`;
        for (const what of ["connect", "disconnect"])
          await fetch(`${url}/api/mcp/light/${what}`, { method: "POST", headers: { "x-host-user": who } });
      }
      const sorted = delays.toSorted((a, b) => a - b);
      rounds.p50.push(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN);
      rounds.p99.push(sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN);
    }
    const [p50, p99] = [median(rounds.p50), median(rounds.p99)];
    say(`${BROWSERS} pages, ${delays.length} changes in the last round: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
    return [{ name: `p99 of a status on its way to one of ${BROWSERS} pages`, value: p99, unit: " ms", atMost: 10 }];
  } finally {
    for (const page of pages) page.disconnect();
    await house.stop();
    await upstream.stop();
  }
}

async function openPage(url: string, name: string, delays: number[]): Promise<Socket> {
  const options = { forceNew: true, transports: ["websocket"], reconnection: false, extraHeaders: { "x-host-user": name } };
  const page = io(`${url}/mcp`, options);
  page.on("mcp:status", ({ status }: { status: ConnectionStatus }) => delays.push(Date.now() - status.since));
  await new Promise((resolve, reject) => {
    page.once("mcp:snapshot", resolve);
    page.once("connect_error", reject);
  });
  return page;
}
