import { Worker } from "node:worker_threads";
import type { Environment } from "./check-url.ts";
import { type LoadResult, loadConfig } from "./load-config.ts";

export type Loaded = Omit<LoadResult, "document">;

/** Larger files would hold up everything else for longer than a person notices. */
const INLINE_BYTES = 64 * 1024;

const MAX_HEAP_MB = 512;

/** As `loadConfig`; a large file is parsed on a thread of its own, so that nothing waits for it. */
export async function loadOffThread(bytes: Uint8Array, file: string, env: Environment): Promise<Loaded> {
  if (bytes.byteLength <= INLINE_BYTES) return loadConfig(bytes, file, env);
  const worker = new Worker(new URL("./load-worker.ts", import.meta.url), {
    workerData: { bytes, file, env: { ...env } },
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
  });
  try {
    return await new Promise<Loaded>((resolve) => {
      worker.once("message", resolve);
      worker.once("error", () => resolve(tooBig(file)));
      worker.once("exit", () => resolve(tooBig(file)));
    });
  } finally {
    await worker.terminate();
  }
}

/** The thread can only end early when a file takes all the memory it may have. */
function tooBig(file: string): Loaded {
  const { config } = loadConfig('version: ""', file);
  const message = "the file takes more memory than a configuration may";
  const place = { file, line: null, column: null, path: "", server: null };
  return {
    config,
    isUsable: false,
    brokenServers: [],
    problems: [{ severity: "error", code: "yaml-too-big", message, ...place }],
  };
}
