import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { heard, type Program } from "../support/process.ts";
import { environmentOfStage, lastStep, type Stage } from "./dockerfile.ts";
import type { OrdinaryUser } from "./ordinary-user.ts";

export interface ContainerOptions {
  stage: Stage;
  /** What stands for `/` of the image. */
  root: string;
  /** Where the base image's Node is. */
  bin: string;
  user: OrdinaryUser;
  /** As the first process of a PID namespace, over a file system that is read-only but for the volume. Needs root. */
  isolated: boolean;
  /** What whoever runs it sets besides. */
  settings?: Readonly<Record<string, string>>;
}

export interface Container extends Pick<Program, "output" | "said" | "ended"> {
  readonly url: string;
  /** What the engine would learn from HEALTHCHECK. */
  isHealthy(): boolean;
  /** What `docker exec` does: a command in the same place, as the same user. Throws when it fails. */
  execute(command: readonly string[]): string;
  /** What `docker stop` does. */
  stop(): void;
}

/** Runs what the image runs (CMD, in its environment and working folder), with nothing around it but the operating system. */
export async function startContainer({ stage, root, bin, user, isolated, settings }: ContainerOptions): Promise<Container> {
  const port = await freePort();
  const { DATA_DIR = "", ...environment } = environmentOfStage(stage);
  const data = join(root, DATA_DIR);
  const cwd = join(root, lastStep(stage, "WORKDIR")?.text ?? "");
  const env = {
    ...environment,
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    HOME: "/nonexistent",
    DATA_DIR: data,
    PORT: String(port),
    ...settings,
  };
  const [program = "", ...args] = lastStep(stage, "CMD")?.words ?? [];
  const child: ChildProcess = isolated
    ? spawn("unshare", [...NAMESPACES, "sh", "-ec", BE_THE_FIRST, "sh", data, String(user.options.uid), program, ...args], {
        cwd,
        env,
      })
    : spawn(program, args, { cwd, env, ...user.options });
  const [health = "", ...healthArgs] = JSON.parse(
    lastStep(stage, "HEALTHCHECK")?.text.replace(/^CMD\s+/, "") ?? "[]",
  ) as string[];
  return {
    ...heard(child),
    url: `http://127.0.0.1:${port}`,
    isHealthy: () => spawnSync(health, healthArgs, { cwd, env, ...user.options }).status === 0,
    execute: ([name = "", ...rest]) => execFileSync(name, rest, { cwd, env, encoding: "utf8", ...user.options }),
    stop: () => void process.kill(isolated ? onlyChildOf(child.pid) : Number(child.pid), "SIGTERM"),
  };
}

const NAMESPACES = ["--mount", "--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"];
/** $1 is the volume, $2 the user; what follows is what runs, as process 1. */
const BE_THE_FIRST = `mount --bind "$1" "$1"; mount -o remount,bind,ro /; id=$2; shift 2
exec setpriv --reuid "$id" --regid "$id" --clear-groups --no-new-privs --bounding-set=-all "$@"`;

export function mayIsolate(): boolean {
  if (process.platform !== "linux" || process.geteuid?.() !== 0) return false;
  return spawnSync("unshare", [...NAMESPACES, "sh", "-c", "mount -o remount,bind,ro /"]).status === 0;
}

/** `unshare` itself stays outside; what it started is the first process inside. */
function onlyChildOf(pid: number | undefined): number {
  return Number(execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" }).trim());
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
