import type { FunctionView, InstructionsView, Permission } from "../../../../schemas/wire-functions.ts";
import { path, request } from "../../lib/api-client.ts";

/** Connects first where there is no connection yet. */
export function listFunctions(server: string, signal: AbortSignal): Promise<FunctionList> {
  return request(path("mcp", server, "functions"), { signal });
}

export interface FunctionList {
  functions: readonly FunctionView[];
  /** What the server says to models; null where it says nothing, or they are not told. */
  instructions: InstructionsView | null;
}

export interface Choices {
  server: string;
  /** As they were seen: nothing is allowed that has changed meanwhile. */
  functions: readonly FunctionView[];
  /** Null takes back what was set. */
  permission: Permission | null;
  everyone: boolean;
}

/** How many calls did not run any more because of it, and how many had left already. */
export function setFunctions({
  server,
  functions,
  permission,
  everyone,
}: Choices): Promise<{ stopped: number; running: number }> {
  const choices = functions.map(({ tool, digest }) => ({ tool, digest, permission }));
  return request(path("mcp", server, "functions"), { method: "POST", body: { choices, ...(everyone ? { everyone } : {}) } });
}
