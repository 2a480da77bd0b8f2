import type { ProblemView } from "../../../../schemas/wire.ts";
import { request } from "../../lib/api-client.ts";

export async function listProblems(signal: AbortSignal): Promise<readonly ProblemView[]> {
  return (await request<{ problems: readonly ProblemView[] }>("/api/mcp/problems", { signal })).problems;
}
