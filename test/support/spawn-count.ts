import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

/** Counts what this process starts whose command line holds `word`, failed starts included, until `stop`. */
export function countSpawns(word: string): { count(): number; stop(): void } {
  let count = 0;
  const listener = (message: unknown) => {
    const { options } = message as { process: ChildProcess; options: { args?: readonly string[]; file?: string } };
    if ([options.file, ...(options.args ?? [])].some((each) => each?.includes(word))) count += 1;
  };
  subscribe("tracing:child_process.spawn:start", listener);
  return { count: () => count, stop: () => void unsubscribe("tracing:child_process.spawn:start", listener) };
}
