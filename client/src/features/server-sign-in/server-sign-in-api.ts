import type { SignIn } from "../../../../schemas/wire.ts";
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
