import type { HostPrincipal, Identify } from "../embed.d.mts";
import type { Identity } from "../ports/identity.ts";

/** The host answered with what is no person: its mistake, never a sign-in. No value in the message but a misspelt role. */
export class PrincipalRefused extends TypeError {
  override readonly name = "PrincipalRefused";
}

/** A host platform's own sign-in. Throws PrincipalRefused, for whom nobody is let in. */
export function hostIdentity(identify: Identify): Identity {
  return {
    async identify(request) {
      const who = await identify(request);
      if (who === null || who === undefined) return null;
      refuseMalformed(who);
      const { userId, email, name, role, sessionId = null } = who;
      return { userId, email, name, role, sessionId, fields: who.fields ?? { id: userId, email, name, role }, via: "host" };
    },
  };
}

function refuseMalformed(who: HostPrincipal): void {
  if (typeof who !== "object") throw refused("a principal", "an object, or null for nobody", who);
  const { userId, email, name, role, sessionId = null, fields = {} } = who;
  if (typeof userId !== "string" || userId === "") throw refused("userId", "a text that is not empty", userId);
  if (typeof email !== "string") throw refused("email", "a text", email);
  if (typeof name !== "string") throw refused("name", "a text", name);
  if (role !== "ADMIN" && role !== "USER") throw refused("role", '"ADMIN" or "USER"', role);
  if (sessionId !== null && typeof sessionId !== "string") throw refused("sessionId", "a text, or null", sessionId);
  if (typeof fields !== "object" || fields === null) throw refused("fields", "an object", fields);
}

function refused(what: string, expected: string, found: unknown): PrincipalRefused {
  const shown =
    what === "role" ? JSON.stringify(found) : found === null ? "null" : found === "" ? "empty" : `of type ${typeof found}`;
  return new PrincipalRefused(`identify() of the host application: ${what} must be ${expected}, and is ${shown}.`);
}
