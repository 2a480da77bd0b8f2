import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** From a child to the bench: one message. */
export function report(message: object): void {
  process.send?.(message);
}

export interface Child {
  readonly process: ChildProcess;
  /** What it reported first. */
  readonly first: Record<string, string>;
  /** Sends one message and waits for the next one that comes back. */
  ask<T>(message: object): Promise<T>;
  stop(): Promise<void>;
}

/** Starts a file of this folder as a process of its own and waits for its first report. */
export async function startChild(file: string, args: readonly string[] = []): Promise<Child> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, [...args], { stdio: ["ignore", "inherit", "inherit", "ipc"], execArgv: ["--expose-gc"] });
  const first = await nextMessage<Record<string, string>>(child);
  return {
    process: child,
    first,
    async ask(message) {
      const answer = nextMessage(child);
      child.send(message);
      return (await answer) as never;
    },
    stop: () => endProcess(child),
  };
}

function nextMessage<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const gone = (code: number | null) => reject(new Error(`a process of the bench ended with ${code}`));
    child.once("exit", gone);
    child.once("message", (message) => {
      child.off("exit", gone);
      resolve(message as T);
    });
  });
}

export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), 8_000);
  await ended;
  clearTimeout(killer);
}

/** CPU time of a process so far, all threads, in microseconds (Linux). */
export function cpuUs(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.split(" ") ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  return ticks * 10_000;
}

/** Resident memory of a process, in KiB (Linux). */
export function rssKiB(pid: number | undefined): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]);
}
