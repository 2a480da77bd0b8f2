import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const SUITE = fileURLToPath(new URL("../../node_modules/@modelcontextprotocol/conformance/dist/index.js", import.meta.url));
const DRIVER = fileURLToPath(new URL("./driver.ts", import.meta.url));
const TIMEOUT_MS = 60_000;

export interface ScenarioResult {
  ok: boolean;
  passed: number;
  /** What the suite and the driver printed. */
  output: string;
}

/** Client scenarios of a revision: what it requires, and what came later and applies to it. */
export async function clientScenarios(revision: string): Promise<string[]> {
  const { output } = await run(["list", "--requirements", revision, "--client"], {});
  const client = output.slice(output.indexOf("Client scenarios"));
  return [...client.matchAll(/^ +- (\S+)( \[\w+\])?$/gm)]
    .filter(([, , side]) => side === undefined || side === " [client]")
    .map(([, name]) => name ?? "");
}

/** One scenario on the wire of this revision. Passed means no failure, no warning, and at least one check: none at all proves nothing. */
export async function runScenario(name: string, revision: string, env: Record<string, string>): Promise<ScenarioResult> {
  // The suite splits the command at spaces.
  const command = `${process.execPath} ${DRIVER}`;
  const args = ["client", "--command", command, "--scenario", name, "--spec-version", revision, "--timeout", String(TIMEOUT_MS)];
  const { code, output } = await run(args, env);
  const counts = /Passed: (\d+)\/(\d+), (\d+) failed, (\d+) warnings/.exec(output);
  const [passed, , failed, warnings] = (counts?.slice(1) ?? []).map(Number);
  const isClean = code === 0 && failed === 0 && warnings === 0;
  return { ok: isClean && (passed ?? 0) > 0, passed: passed ?? 0, output };
}

function run(args: string[], env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--no-deprecation", SUITE, ...args], { env: { ...process.env, ...env } });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
