import type { Rollout } from "../../../../schemas/wire.ts";
import { path, request } from "../../lib/api-client.ts";

export async function listRollouts(signal: AbortSignal): Promise<readonly Rollout[]> {
  return (await request<{ rollouts: readonly Rollout[] }>("/api/mcp/rollouts", { signal })).rollouts;
}

export function startRollout(server: string): Promise<Rollout> {
  return request(path("mcp", server, "rollout"), { method: "POST", body: {} });
}

export function stopRollout(server: string): Promise<Rollout> {
  return request(path("mcp", server, "rollout", "stop"), { method: "POST", body: {} });
}
