import { describe, expect, it } from "vitest";
import type { HostPrincipal } from "../../../api/embed.mjs";
import { hostIdentity, PrincipalRefused } from "../../../api/identity/host-identity.ts";

const ANN: HostPrincipal = { userId: "ann", email: "ann@host.example", name: "Ann", role: "USER" };
const asked = (who: unknown) => hostIdentity(() => who as HostPrincipal).identify({ headers: {} });

describe("who a host application says is asking", () => {
  it("is nobody when it says null, or nothing", async () => {
    expect([await asked(null), await asked(undefined), await asked(Promise.resolve())]).toEqual([null, null, null]);
  });

  it("needs no more than who they are, and fills placeholders with that", async () => {
    const fields = { id: "ann", email: ANN.email, name: "Ann", role: "USER" };
    expect(await asked(ANN)).toEqual({ ...ANN, sessionId: null, fields, via: "host" });
    const own = { sessionId: "s1", fields: { username: "annie" } };
    expect(await asked(Promise.resolve({ ...ANN, ...own }))).toEqual({ ...ANN, ...own, via: "host" });
  });

  it("is nobody's sign-in when it is not a whole person; the error says what is wrong with it, and no value", async () => {
    const wrong: [object | string | false, string][] = [
      [false, "a principal must be an object, or null for nobody, and is of type boolean"],
      ["ann", "a principal must be"],
      [{}, "userId must be a text that is not empty, and is of type undefined"],
      [{ ...ANN, userId: "" }, "userId must be a text that is not empty, and is empty"],
      [{ ...ANN, userId: 7 }, "userId must be a text that is not empty, and is of type number"],
      [{ ...ANN, email: null }, "email must be a text, and is null"],
      [{ ...ANN, name: undefined }, "name must be"],
      [{ ...ANN, role: "admin" }, 'role must be "ADMIN" or "USER", and is "admin"'],
      [{ ...ANN, role: undefined }, "role must be"],
      [{ ...ANN, sessionId: 7 }, "sessionId must be"],
      [{ ...ANN, fields: "id" }, "fields must be"],
    ];
    for (const [who, words] of wrong) {
      const error = await asked(who).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(PrincipalRefused);
      expect(String(error)).toContain(words);
    }
  });
});
