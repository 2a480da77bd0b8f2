import { createServer, type Socket } from "node:net";
import { type Goal, median, say } from "./figures.ts";
import { startProduct } from "./product.ts";

const SERVERS = 50;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);

/** From the start of the process to its first words, with servers that take the connection and never say anything. */
export async function benchBoot(): Promise<Goal[]> {
  const sockets = new Set<Socket>();
  const silent = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  const address = silent.address();
  const port = address !== null && typeof address !== "string" ? address.port : 0;
  const entry = (nth: number) => ({ type: "streamable-http", url: `http://127.0.0.1:${port}/${nth}` });
  const servers = Object.fromEntries(Array.from({ length: SERVERS }, (_, nth) => [`silent${nth}`, entry(nth)]));
  const times = { empty: [] as number[], silent: [] as number[] };
  try {
    // The first start after an installation compiles what later ones find.
    const first = await startProduct({});
    await first.stop();
    say(`first start: listening after ${first.listeningMs.toFixed(0)} ms`);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [kind, configured] of [["empty", {}] as const, ["silent", servers] as const]) {
        const product = await startProduct(configured);
        times[kind].push(product.listeningMs);
        await product.stop();
      }
    }
  } finally {
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
  const listening = median(times.silent);
  say(
    `listening after ${listening.toFixed(0)} ms with ${SERVERS} silent servers, ${median(times.empty).toFixed(0)} ms with none`,
  );
  return [{ name: `listening with ${SERVERS} servers that do not answer`, value: listening, unit: " ms", atMost: 1_000 }];
}
