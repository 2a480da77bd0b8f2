import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SUITE = fileURLToPath(new URL("../../node_modules/@modelcontextprotocol/conformance/dist/index.js", import.meta.url));
const DRIVER = fileURLToPath(new URL("./driver.ts", import.meta.url));
const ANNOUNCE = new URL("./announce-ports.ts", import.meta.url).href;
const TIMEOUT_MS = 60_000;

export interface ScenarioResult {
  ok: boolean;
  passed: number;
  /** What the suite and the driver printed. */
  output: string;
}

export interface Scenario {
  name: string;
  /** Else it is an extension, or came later, and has to be asked for. */
  isRequired: boolean;
}

/** Servers that knew no metadata, or only that of their own root. */
export const BACK_COMPATIBLE: readonly Scenario[] = ["oauth-metadata-backcompat", "oauth-endpoint-fallback"].map((name) => ({
  name: `auth/2025-03-26-${name}`,
  isRequired: false,
}));

/** Extensions nobody needs for what this product does. */
const OUT_OF_SCOPE = /^sep-2640-/;

/** Client scenarios of a revision: what it requires, then what came later and applies to it. */
export async function clientScenarios(revision: string): Promise<Scenario[]> {
  const { output } = await run(["list", "--requirements", revision, "--client"], {});
  const client = output.slice(output.indexOf("Client scenarios"));
  const beyond = client.indexOf("never scored");
  return [...client.matchAll(/^ +- (\S+)( \[\w+\])?$/gm)]
    .filter(([, name = "", side]) => (side === undefined || side === " [client]") && !OUT_OF_SCOPE.test(name))
    .map(({ 1: name = "", index }) => ({ name, isRequired: beyond === -1 || index < beyond }));
}

export interface RunOptions {
  revision: string;
  env: Record<string, string>;
  /** Although the revision does not name it. */
  isForced: boolean;
}

/** One scenario on the wire of this revision. Passed means no failure, no warning, and at least one check: none at all proves nothing. */
export async function runScenario(name: string, { revision, env, isForced }: RunOptions): Promise<ScenarioResult> {
  // The suite splits the command at spaces.
  const command = `${process.execPath} ${DRIVER}`;
  const args = [
    "client",
    "--command",
    command,
    "--scenario",
    name,
    "--spec-version",
    revision,
    "--timeout",
    String(TIMEOUT_MS),
    ...(isForced ? ["--force"] : []),
  ];
  const { code, output } = await run(args, env);
  const counts = /Passed: (\d+)\/(\d+), (\d+) failed, (\d+) warnings/.exec(output);
  const [passed, , failed, warnings] = (counts?.slice(1) ?? []).map(Number);
  const isClean = code === 0 && failed === 0 && warnings === 0;
  return { ok: isClean && (passed ?? 0) > 0, passed: passed ?? 0, output };
}

async function run(args: string[], given: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-conformance-"));
  const env = { ...process.env, ...given, PORTS_FILE: join(folder, "ports") };
  const node = ["--no-deprecation", "--import", ANNOUNCE, SUITE];
  const ended = new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [...node, ...args], { env });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
  return ended.finally(() => rm(folder, { recursive: true }));
}
