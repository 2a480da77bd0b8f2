import { parentPort, workerData } from "node:worker_threads";
import { loadConfig } from "./load-config.ts";
import type { LoadPart } from "./load-off-thread.ts";

const SERVERS_A_PART = 100;
const PROBLEMS_A_PART = 500;

/** The result in parts: taking a large one in at once would hold up the thread that asked. */
function* parts({ bytes, file, env }: { bytes: Uint8Array; file: string; env: Record<string, string> }): Generator<LoadPart> {
  const { config, problems, isUsable, brokenServers } = loadConfig(bytes, file, env);
  const servers = [...config.servers];
  for (let at = 0; at < servers.length; at += SERVERS_A_PART) yield { servers: servers.slice(at, at + SERVERS_A_PART) };
  for (let at = 0; at < problems.length; at += PROBLEMS_A_PART) yield { problems: problems.slice(at, at + PROBLEMS_A_PART) };
  yield { last: { config: { ...config, servers: new Map() }, isUsable, brokenServers } };
}

const remaining = parts(workerData);
const sendNext = () => parentPort?.postMessage(remaining.next().value);
// Each part waits until the one before has been taken in.
parentPort?.on("message", sendNext);
sendNext();
