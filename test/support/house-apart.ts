import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Answer, StartHouseOptions } from "./house.ts";
import { askOver } from "./house.ts";

/** The house as a process of its own: what it uses can be told from what the test uses. */
export interface HouseApart {
  url: string;
  /** As this person of the host platform. */
  ask(name: string, method: string, path: string, body?: unknown): Promise<Answer>;
  /** Begins to watch the memory; the peak is what it grew by at most since then, in bytes (Linux). */
  watchMemory(): { peakGrowth(): number };
  /** How long the loop worked without a pause since the last look, in ms of its own processor time. */
  turns(): Promise<{ p99: number; max: number }>;
  /** Lets something hold the event loop, as a mistake would. */
  block(ms: number): void;
  /** What it holds once all garbage and its kept log are gone: bytes of heap, and how many timers, sockets and the like. */
  held(): Promise<{ heapBytes: number; resources: number }>;
  /** Everything it logged, a JSON text a line. */
  log(): Promise<string[]>;
  /** One figure of GET /metrics. */
  figure(name: string): Promise<number>;
  close(): Promise<void>;
}

export async function startHouseApart(servers: object, options: StartHouseOptions = {}): Promise<HouseApart> {
  const child = fork(fileURLToPath(new URL("./house-apart-main.ts", import.meta.url)), { stdio: "inherit" });
  child.send({ servers, options });
  const [{ url }] = (await once(child, "message")) as [{ url: string }];
  const ask: HouseApart["ask"] = (name, method, path, body) =>
    askOver(url, { method, path, body, headers: { "x-host-user": name } });
  const status = (field: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) * 1024;
  return {
    url,
    ask,
    watchMemory() {
      // Makes the kernel forget the peak so far (proc(5)).
      writeFileSync(`/proc/${child.pid}/clear_refs`, "5");
      const before = status("VmRSS");
      return { peakGrowth: () => status("VmHWM") - before };
    },
    async turns() {
      child.send("turns");
      const [turns] = await once(child, "message");
      return turns;
    },
    block: (blockMs) => void child.send({ blockMs }),
    async held() {
      child.send("held");
      const [held] = await once(child, "message");
      return held;
    },
    async log() {
      child.send("log");
      const [lines] = await once(child, "message");
      return lines;
    },
    async figure(name) {
      const { body } = await ask("admin", "GET", "/metrics");
      const line = String(body)
        .split("\n")
        .find((each) => each.startsWith(`${name} `));
      return Number(line?.slice(name.length + 1));
    },
    async close() {
      const ended = once(child, "exit");
      child.send("close");
      await ended;
    },
  };
}
