import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export interface Program {
  readonly child: ChildProcess;
  readonly dataFolder: string;
  /** Everything it wrote so far, stdout and stderr. */
  output(): string;
  /** Waits until it has written something like this. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** How it ended. */
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export interface Place {
  folder: string;
  /** Starts `api/main.ts` as a process of its own with these settings. */
  start(env?: Record<string, string>): Program;
  /** Starts `patchbay …` in a process of its own with the same settings. */
  command(args: readonly string[], env?: Record<string, string>): Program;
  /** The same, to its end. */
  run(args: readonly string[], env?: Record<string, string>): Promise<{ code: number | null; output: string }>;
  /** Ends what still runs and removes the folder. */
  close(): Promise<void>;
}

/** A folder with this configuration, and the real program in it, any number of times. */
export function place(mcpServers: object): Place {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-process-"));
  const config = join(folder, "librechat.yaml");
  writeFileSync(config, stringify({ version: "1.3.17", mcpServers }));
  const programs: Program[] = [];
  const dataFolder = join(folder, "data");
  const launch = (args: readonly string[], env: Record<string, string>): Program => {
    // The compiled code of the last start is used again, as by `npm start`.
    const compiled = join(ROOT, "node_modules", ".cache", "patchbay");
    const inherited = { PATH: process.env.PATH ?? "", HOME: folder, NODE_COMPILE_CACHE: compiled };
    const child = spawn(process.execPath, [...args], {
      cwd: ROOT,
      env: { ...inherited, PORT: "0", DATA_DIR: dataFolder, CONFIG_PATH: config, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const program = { child, dataFolder, ...heard(child) };
    programs.push(program);
    return program;
  };
  const command: Place["command"] = (args, env = {}) => launch(["api/cli/main.ts", ...args], env);
  return {
    folder,
    start: (env = {}) => launch(["api/main.ts"], env),
    command,
    async run(args, env) {
      const program = command(args, env);
      const { code } = await program.ended;
      return { code, output: program.output() };
    },
    async close() {
      for (const { child, ended } of programs) {
        child.kill("SIGKILL");
        await ended;
      }
      endWhatLivesIn(folder);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Kills programs whose home is in this folder: those that clung to life when their process was killed (Linux). */
function endWhatLivesIn(folder: string): void {
  if (process.platform !== "linux") return;
  for (const pid of readdirSync("/proc").map(Number)) {
    try {
      if (pid > 1 && readFileSync(`/proc/${pid}/environ`, "latin1").includes(`HOME=${folder}`)) process.kill(pid, "SIGKILL");
    } catch {
      // Not ours to look at, or gone meanwhile.
    }
  }
}

/** What a process says from now on, and how it ends. */
export function heard(child: ChildProcess): Pick<Program, "output" | "said" | "ended"> {
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  const ended = once(child, "close").then(([code, signal]) => ({ code, signal }));
  return {
    ended,
    output: () => output,
    async said(pattern) {
      for (let waitedMs = 0; waitedMs < 15_000; waitedMs += 25) {
        const found = pattern.exec(output);
        if (found !== null) return found;
        if (child.exitCode !== null) break;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(`it never said ${pattern}:\n${output}`);
    },
  };
}
