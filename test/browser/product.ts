import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Product {
  readonly url: string;
  /** `<url>/setup#token=…`, as the server printed it. */
  readonly setupLink: string;
  /** Everything it printed so far. */
  output(): string;
  /** SIGTERM, then waits; answers the exit code. */
  stop(): Promise<number | null>;
}

/** The real thing as its own process: `api/main.ts` with a fresh data folder and a free port. */
export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), "patchbay-data-"));
  // An own environment: what happens to be set on this machine (MONGO_URI, CREDS_KEY) is not part of the test.
  const inherited = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? dataDir };
  const child = spawn(process.execPath, ["api/main.ts"], {
    cwd: ROOT,
    env: { ...inherited, PORT: "0", DATA_DIR: dataDir, CONFIG_PATH: "librechat.example.yaml", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const hear = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  try {
    const setupLink = await linkIn(child, () => output);
    return { url: new URL(setupLink).origin, setupLink, output: () => output, stop: () => stop(child, dataDir) };
  } catch (error) {
    await stop(child, dataDir);
    throw error;
  }
}

async function linkIn(child: ChildProcess, output: () => string): Promise<string> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const link = /https?:\/\/\S+\/setup#token=[\w.-]+/.exec(output())?.[0];
    if (link !== undefined) return link;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the server printed no setup link:\n${output()}`);
}

async function stop(child: ChildProcess, dataDir: string): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await ended;
    clearTimeout(late);
  }
  rmSync(dataDir, { recursive: true, force: true });
  return child.exitCode;
}
