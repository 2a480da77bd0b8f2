import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import type { Writable } from "node:stream";
import type { FilledValues } from "../../../config/templates/resolved.ts";
import { AppError } from "../../errors/app-error.ts";
import { checkProgram } from "./check-program.ts";
import { directNpx } from "./direct-npx.ts";
import { ownRun } from "./left-behind.ts";
import { endWithUs } from "./live-groups.ts";
import { watchMemory } from "./memory-watch.ts";
import { groupIsAlive, MARKER_VARIABLE, signalGroup, sweepMarked } from "./process-group.ts";
import { inheritedEnvironment, secretsIn } from "./program-environment.ts";
import { systemUser } from "./run-as.ts";
import { spawnFailure } from "./spawn-failure.ts";
import { type StderrRing, stderrRing } from "./stderr-ring.ts";

export interface StdioCommand {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string | null;
  filled?: FilledValues;
  /** Who it runs as: a user's name or `uid[:gid]`; needs root. @default null, as we do */
  runAs?: string | null;
  /** What its whole group may hold, in MB (Linux). @default null, no limit */
  maxMemoryMb?: number | null;
  /** Hears what it writes to stderr, as it comes. Must be quick. */
  onStderr?: (chunk: Buffer) => void;
}

/** How the program ended; `signal` when it was killed. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export function wordsOfEnd({ code, signal }: ProcessEnd): string {
  return signal === null ? `the program ended with code ${code}` : `the program was ended by ${signal}`;
}

export interface StdioProcess {
  readonly pid: number;
  readonly stdin: Writable;
  readonly stderr: StderrRing;
  /** A promise of the listener's is waited for before more is read. */
  onStdout(listener: (chunk: Buffer) => unknown): void;
  /** Resolves when the program itself exits, even while a grandchild keeps its pipes open. */
  readonly ended: Promise<ProcessEnd>;
  /** Resolves when its stdin or stdout is closed from its side: it may live on, and can no longer be talked to. */
  readonly hungUp: Promise<void>;
  /** It held more memory than it may, and was killed for it. */
  onTooLarge(listener: (why: AppError) => void): void;
  /** Ends the whole tree: stdin, then TERM, then KILL. Later calls share the first one's promise. */
  stop(): Promise<void>;
}

const STDIN_GRACE_MS = 500;
const TERM_GRACE_MS = 1_500;
const KILL_GRACE_MS = 1_000;
const POLL_MS = 20;
const MB = 1024 * 1024;

/**
 * Starts a program without a shell, in a process group of its own. Resolves once it runs;
 * throws COMMAND_NOT_FOUND, COMMAND_UNSAFE or CONNECT_FAILED when it cannot be started.
 */
export async function startProcess(wanted: StdioCommand): Promise<StdioProcess> {
  const command = directNpx(wanted);
  const marker = `${ownRun()}.${randomUUID()}`;
  const user = command.runAs == null ? null : systemUser(command.runAs);
  const env: Record<string, string> = { ...inheritedEnvironment(user), ...command.env, [MARKER_VARIABLE]: marker };
  checkProgram(command, env.PATH ?? "");
  const child = await spawned(command, {
    cwd: command.cwd ?? undefined,
    env,
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    shell: false,
    windowsHide: true,
  });
  const { pid, stdin, stdout, stderr } = child;
  if (pid === undefined || stdin === null || stdout === null || stderr === null) {
    throw new AppError("CONNECT_FAILED", `${command.command} could not be started`);
  }
  const released = endWithUs(pid);
  const ring = stderrRing(secretsIn(command));
  stderr.on("data", (chunk: Buffer) => {
    ring.push(chunk);
    command.onStderr?.(chunk);
  });
  // A pipe that breaks is told by `hungUp`; without a listener it would end our own process.
  for (const stream of [stdin, stdout, stderr]) stream.on("error", () => {});
  const ended = new Promise<ProcessEnd>((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  const hungUp = new Promise<void>((resolve) => {
    for (const stream of [stdin, stdout]) stream.once("close", resolve);
  });
  let stopping: Promise<void> | undefined;
  let tellTooLarge: (why: AppError) => void = () => {};
  const { maxMemoryMb = null } = command;
  const unwatch =
    maxMemoryMb === null
      ? () => {}
      : watchMemory(pid, maxMemoryMb * MB, (bytes) => {
          const message = `the program held ${Math.round(bytes / MB)} MB of memory and may hold ${maxMemoryMb} MB`;
          tellTooLarge(new AppError("MEMORY_LIMIT", message));
          // At once: what grows fast fills the machine while it is asked to end.
          signalGroup(pid, "SIGKILL");
        });
  return {
    pid,
    stdin,
    stderr: ring,
    ended,
    hungUp,
    onStdout: (listener) =>
      void stdout.on("data", (chunk: Buffer) => {
        const wait = listener(chunk);
        if (!(wait instanceof Promise)) return;
        stdout.pause();
        void wait.finally(() => stdout.resume());
      }),
    onTooLarge: (listener) => {
      tellTooLarge = listener;
    },
    stop() {
      unwatch();
      stopping ??= stopTree(child, pid, marker).finally(released);
      return stopping;
    },
  };
}

/** The child once it runs. What the system refuses is thrown at once or told later, as it pleases. */
async function spawned(command: StdioCommand, options: SpawnOptions): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    try {
      const child = spawn(command.command, [...command.args], options);
      child.once("spawn", () => resolve(child));
      child.once("error", (error) => reject(spawnFailure(error, command)));
    } catch (error) {
      reject(spawnFailure(error, command));
    }
  });
}

async function stopTree(child: ChildProcess, groupId: number, marker: string): Promise<void> {
  child.stdin?.end();
  if (!(await gone(groupId, STDIN_GRACE_MS))) {
    signalGroup(groupId, "SIGTERM");
    if (!(await gone(groupId, TERM_GRACE_MS))) {
      signalGroup(groupId, "SIGKILL");
      await gone(groupId, KILL_GRACE_MS);
    }
  }
  // Until none is found: what was killed takes a moment to be gone.
  for (let waitedMs = 0; sweepMarked(marker) > 0 && waitedMs < KILL_GRACE_MS; waitedMs += POLL_MS)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}

/** Waits with timers that keep us alive: a shutdown must not end before its children do. */
async function gone(groupId: number, withinMs: number): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < withinMs; waitedMs += POLL_MS) {
    if (!groupIsAlive(groupId)) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return !groupIsAlive(groupId);
}
