import type { Role, UserView } from "../../../../schemas/wire.ts";
import { path, request } from "../../lib/api-client.ts";

export async function listPeople(signal: AbortSignal): Promise<readonly UserView[]> {
  return (await request<{ users: readonly UserView[] }>("/api/users", { signal })).users;
}

export function invite(person: {
  email: string;
  name: string;
  role: Role;
}): Promise<{ user: UserView; inviteUrl: string | null }> {
  return request("/api/users", { method: "POST", body: person });
}

export function inviteAgain(id: string): Promise<{ inviteUrl: string }> {
  return request(path("users", id, "invite"), { method: "POST", body: {} });
}

export function changePerson(id: string, change: { role?: Role; disabled?: boolean }): Promise<unknown> {
  return request(path("users", id), { method: "PATCH", body: change });
}

export function removePerson(id: string): Promise<unknown> {
  return request(path("users", id), { method: "DELETE" });
}
