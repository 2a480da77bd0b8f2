import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { endProcess } from "./child.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Product {
  readonly url: string;
  readonly pid: number;
  /** From the start of the process until its port answered. */
  readonly listeningMs: number;
  /** `Bearer …` of the first person, an admin. */
  readonly authorization: string;
  /** Warnings of the runtime since it began. */
  warnings(): number;
  ask(method: string, path: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
}

/** The product as people run it: its own process, embedded store, accounts, journal and figures all on. */
export async function startProduct(mcpServers: object, more: object = {}): Promise<Product> {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-bench-"));
  const config = join(folder, "librechat.yaml");
  writeFileSync(config, stringify({ version: "1.3.17", mcpServers, ...more }));
  const startedAt = performance.now();
  const child = spawn(process.execPath, [...(process.env.BENCH_NODE_ARGS?.split(" ") ?? []), "api/start.mjs"], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? "", HOME: folder, PORT: "0", DATA_DIR: join(folder, "data"), CONFIG_PATH: config },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { log: "", errors: "" };
  const note = (chunk: string) => {
    output.log += chunk;
  };
  child.stdout.setEncoding("utf8").on("data", note);
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    output.errors += chunk;
  });
  const said = async (pattern: RegExp) => {
    for (let waited = 0; waited < 3_000; waited += 1) {
      const found = pattern.exec(output.log)?.[1];
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`the product never said ${pattern}:\n${output.log}${output.errors}`);
  };
  const link = await said(/(http:\/\/localhost:\d+\/setup#token=\S+)/);
  const listeningMs = performance.now() - startedAt;
  // Its log of a long run must not become the bench's memory, nor its work: both have the same two cores.
  child.stdout.off("data", note).resume();
  const { origin } = new URL(link);
  const url = origin.replace("localhost", "127.0.0.1");
  const token = /token=([\w-]+)/.exec(link)?.[1];

  const send = async (method: string, path: string, headers: Record<string, string>, body?: object) =>
    fetch(url + path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const account = { token, email: "bench@example.org", name: "Bench", password: "correct horse battery staple" };
  const cookie = (await send("POST", "/api/setup", {}, account)).headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const { secret } = (await (await send("POST", "/api/keys", { cookie }, { name: "bench" })).json()) as { secret: string };
  const authorization = `Bearer ${secret}`;
  return {
    url,
    pid: child.pid ?? 0,
    listeningMs,
    authorization,
    warnings: () => output.errors.match(/Warning: /g)?.length ?? 0,
    ask: async (method, path, body) => (await send(method, path, { authorization }, body)).json(),
    async stop() {
      await endProcess(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
