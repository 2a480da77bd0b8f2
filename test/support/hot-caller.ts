/**
 * One person who asks as a program gone wild does, and the server they ask: a process of their own, so that their work is
 * not the house's. Told `{url, bunch, everyMs}` it asks that many times at once, again and again until told `"stop"`, and
 * tells how many of which status it got. While a hundred wait for answers it does not ask: a machine that is too slow for
 * the pace is not asked for more than it can.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { startHandmadeServer } from "../servers/handmade-server.ts";

export interface Wildness {
  /** Of the house. */
  url: string;
  bunch: number;
  everyMs: number;
}

/** How often which status came. */
export type Counted = Record<string, number>;

/** As long as a quick tool over a network takes. */
const TOOL_MS = 50;
const MAX_RUNNING = 100;

const PATH = "/api/mcp/hot/tools/go/call";
const HEADERS = { "content-type": "application/json", "x-host-user": "hot" };
let isWild = false;

async function ask(pool: Pool, counted: Counted): Promise<void> {
  const { statusCode, body } = await pool.request({ path: PATH, method: "POST", headers: HEADERS, body: '{"arguments":{}}' });
  await body.dump();
  counted[statusCode] = (counted[statusCode] ?? 0) + 1;
}

async function goWild({ url, bunch, everyMs }: Wildness): Promise<Counted> {
  const pool = new Pool(url, { connections: MAX_RUNNING });
  const counted: Counted = {};
  const running = new Set<Promise<void>>();
  for (isWild = true; isWild; await sleep(everyMs)) {
    for (let nth = 0; nth < bunch && running.size < MAX_RUNNING; nth += 1) {
      const one = ask(pool, counted).finally(() => running.delete(one));
      running.add(one);
    }
  }
  await Promise.all(running);
  await pool.close();
  return counted;
}

process.on("message", async (told: Wildness | "stop") => {
  if (told === "stop") isWild = false;
  else process.send?.(await goWild(told));
});
process.once("disconnect", () => process.exit(0));
const server = await startHandmadeServer();
server.instead.set("tools/call", ({ answer }) => void setTimeout(answer, TOOL_MS, { content: [] }));
process.send?.(server.url);
