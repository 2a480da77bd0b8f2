import { parentPort, workerData } from "node:worker_threads";
import { loadConfig } from "./load-config.ts";

const { bytes, file, env } = workerData as { bytes: Uint8Array; file: string; env: Record<string, string> };
// The document is for tools at hand; what nobody asks for need not be copied between threads.
const { document: _document, ...result } = loadConfig(bytes, file, env);
parentPort?.postMessage(result);
