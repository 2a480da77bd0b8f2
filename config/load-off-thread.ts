import { Worker } from "node:worker_threads";
import { type LoadResult, loadConfig } from "./load-config.ts";
import type { Problem } from "./problem.ts";
import type { Environment, PlatformConfig, ServerConfig } from "./types.ts";

export type Loaded = Omit<LoadResult, "document">;

/** What the loading thread sends, piece by piece; `last` ends it. */
export type LoadPart =
  | { readonly servers: readonly (readonly [string, ServerConfig])[] }
  | { readonly problems: readonly Problem[] }
  | { readonly last: { config: PlatformConfig; isUsable: boolean; brokenServers: readonly string[] } };

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
    return (await collect(worker)) ?? tooBig(file);
  } finally {
    await worker.terminate();
  }
}

/** Null when the thread runs out of memory before it is done. */
function collect(worker: Worker): Promise<Loaded | null> {
  const servers = new Map<string, ServerConfig>();
  const problems: Problem[] = [];
  return new Promise((resolve, reject) => {
    worker.on("message", (part: LoadPart) => {
      if ("last" in part) {
        const { config, isUsable, brokenServers } = part.last;
        resolve({ config: { ...config, servers }, problems, isUsable, brokenServers });
        return;
      }
      if ("servers" in part) for (const [name, server] of part.servers) servers.set(name, server);
      else problems.push(...part.problems);
      worker.postMessage("next");
    });
    worker.once("error", (error) => (isOutOfMemory(error) ? resolve(null) : reject(error)));
    worker.once("exit", () => resolve(null));
  });
}

function isOutOfMemory(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === "ERR_WORKER_OUT_OF_MEMORY";
}

function tooBig(file: string): Loaded {
  return notLoaded(file, { code: "yaml-too-big", message: "the file takes more memory than a configuration may" });
}

/** Nothing of the file, and why. */
export function notLoaded(file: string, why: Pick<Problem, "code" | "message" | "suggestion">): Loaded {
  const { config } = loadConfig('version: ""', file);
  const place = { file, line: null, column: null, path: "", server: null };
  return { config, isUsable: false, brokenServers: [], problems: [{ severity: "error", ...why, ...place }] };
}
