/**
 * Calls `echo` in lanes, in one of the ways that are compared. A process of its own, so that its work is not the
 * target's. Told by messages: `{lanes, ms, bytes}` → `{calls, ms, cpuUs, p50Us, p99Us, failed, warnings}`.
 */
import { Client as ClientV2, StreamableHTTPClientTransport as TransportV2 } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as TransportV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Pool } from "undici";
import { report } from "./child.ts";

export type Way = "sdk-v1" | "sdk-v2" | "http";

export interface Load {
  lanes: number;
  ms: number;
  bytes: number;
  /** Failures are what is wanted. @default false */
  quiet?: boolean;
}

export interface Measured {
  calls: number;
  failed: number;
  ms: number;
  cpuUs: number;
  p50Us: number;
  p99Us: number;
  /** Warnings of the runtime, such as too many listeners. */
  warnings: number;
}

const [way, url = "", path = "/", authorization = ""] = process.argv.slice(2);
const info = { name: "bench", version: "1" };
let warnings = 0;
process.on("warning", () => {
  warnings += 1;
});

type Call = (text: string) => Promise<unknown>;

async function openWay(): Promise<Call> {
  if (way === "sdk-v1") {
    const client = new ClientV1(info);
    // The package's own types do not agree under exactOptionalPropertyTypes.
    await client.connect(new TransportV1(new URL(url)) as Parameters<ClientV1["connect"]>[0]);
    return (text) => client.callTool({ name: "echo", arguments: { text } });
  }
  if (way === "sdk-v2") {
    const client = new ClientV2(info);
    await client.connect(new TransportV2(new URL(url)));
    return (text) => client.callTool({ name: "echo", arguments: { text } });
  }
  const pool = new Pool(url, { connections: 64 });
  const headers = { "content-type": "application/json", ...(authorization === "" ? {} : { authorization }) };
  return async (text) => {
    const answer = await pool.request({ path, method: "POST", headers, body: JSON.stringify({ arguments: { text } }) });
    const came = (await answer.body.json()) as { content?: { text: string }[] };
    if (answer.statusCode !== 200 || came.content?.[0]?.text !== text) throw new Error(JSON.stringify(came).slice(0, 200));
  };
}

async function measure(call: Call, { lanes, ms, bytes, quiet = false }: Load): Promise<Measured> {
  const text = "x".repeat(bytes);
  const times: number[] = [];
  let failed = 0;
  const warned = warnings;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (performance.now() - startedAt < ms) {
        const begun = performance.now();
        try {
          await call(text);
        } catch (error) {
          if (failed === 0 && !quiet) console.error(error);
          failed += 1;
        }
        times.push(performance.now() - begun);
      }
    }),
  );
  const took = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpuBefore);
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0) * 1_000;
  return {
    calls: times.length,
    failed,
    ms: took,
    cpuUs: user + system,
    p50Us: at(0.5),
    p99Us: at(0.99),
    warnings: warnings - warned,
  };
}

const call = await openWay();
process.on("message", async (load: Load) => report(await measure(call, load)));
report({ ready: "yes" });
