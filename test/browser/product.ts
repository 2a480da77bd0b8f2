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
  /** Kills it and starts it again: the same data, the same address. */
  restart(): Promise<void>;
  /** SIGTERM, then waits; answers the exit code. */
  stop(): Promise<number | null>;
}

/** The real thing as its own process: `api/main.ts` with a fresh data folder and a free port. */
export async function startProduct(env: Record<string, string> = {}): Promise<Product> {
  const dataDir = mkdtempSync(join(tmpdir(), "patchbay-data-"));
  // An own environment: what happens to be set on this machine (MONGO_URI, CREDS_KEY) is not part of the test.
  // The compiled code of the last start is used again, as by `npm start`.
  const compiled = join(ROOT, "node_modules", ".cache", "patchbay");
  const inherited = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? dataDir, NODE_COMPILE_CACHE: compiled };
  let output = "";
  const launch = (port: string) => {
    const child = spawn(process.execPath, ["api/main.ts"], {
      cwd: ROOT,
      env: { ...inherited, DATA_DIR: dataDir, CONFIG_PATH: "librechat.example.yaml", ...env, PORT: port },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const hear = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    return child;
  };
  let child = launch(env.PORT ?? "0");
  const stop = async () => {
    const code = await ended(child, "SIGTERM");
    rmSync(dataDir, { recursive: true, force: true });
    return code;
  };
  try {
    const [setupLink = ""] = await said(child, () => output, /https?:\/\/\S+\/setup#token=[\w.-]+/);
    const { origin, port } = new URL(setupLink);
    return {
      url: origin,
      setupLink,
      output: () => output,
      stop,
      async restart() {
        await ended(child, "SIGKILL");
        const before = output.length;
        child = launch(port);
        await said(child, () => output.slice(before), /"msg":"listening"/);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function said(child: ChildProcess, output: () => string, pattern: RegExp): Promise<RegExpExecArray> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    const found = pattern.exec(output());
    if (found !== null) return found;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the server never said ${pattern}:\n${output()}`);
}

async function ended(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exit = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await exit;
    clearTimeout(late);
  }
  return child.exitCode;
}
