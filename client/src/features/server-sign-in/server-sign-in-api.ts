import type { GrantView, PersonGrantView, SignIn } from "../../../../schemas/wire.ts";
import { path, request } from "../../lib/api-client.ts";

/** Begins a sign-in, or gives the one that another tab of this browser began. */
export function startSignIn(server: string): Promise<SignIn> {
  return request(path("mcp", server, "oauth", "start"), { method: "POST", body: {} });
}

export function signInStatus(flowId: string): Promise<SignIn> {
  return request(path("mcp", "oauth", "status", flowId));
}

export function cancelSignIn(server: string): Promise<unknown> {
  return request(path("mcp", "oauth", "cancel", server), { method: "POST", body: {} });
}

export async function listGrants(signal: AbortSignal): Promise<readonly GrantView[]> {
  return (await request<{ grants: readonly GrantView[] }>("/api/mcp/grants", { signal })).grants;
}

export function revokeGrant(server: string): Promise<unknown> {
  return request(path("mcp", "grants", server), { method: "DELETE" });
}

export async function listAllGrants(signal: AbortSignal): Promise<readonly PersonGrantView[]> {
  return (await request<{ grants: readonly PersonGrantView[] }>("/api/grants", { signal })).grants;
}

export function revokePersonGrant({ userId, server }: Pick<PersonGrantView, "userId" | "server">): Promise<unknown> {
  return request(path("grants", userId, server), { method: "DELETE" });
}
