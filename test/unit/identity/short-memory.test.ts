import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SignedIn } from "../../../api/identity/accounts.ts";
import { shortMemory } from "../../../api/identity/short-memory.ts";
import type { Principal } from "../../../api/ports/identity.ts";
import { movedClock } from "../../support/moved-clock.ts";
import { type OpenAccounts, openAccounts } from "./open-accounts.ts";

let open: OpenAccounts;
let ann: SignedIn;
beforeEach(async () => {
  open = openAccounts();
  ann = await open.firstAdmin();
  await open.clock.advance(120_000);
  // The first use of a while writes down when it was; from the second on nothing changes.
  await open.whoHas(ann.token);
  await open.whoHas(ann.token);
});
afterEach(() => open.stores.close());

const role = async () => (await open.whoHas(ann.token))?.role;

describe("a short memory of who somebody is", () => {
  it("sees its own changes at once", async () => {
    await open.stores.accounts.update(ann.user.id, { role: "USER" });
    expect(await role()).toBe("USER");
    await open.stores.accounts.update(ann.user.id, { disabled: true });
    expect(await role()).toBeUndefined();
    await open.stores.accounts.update(ann.user.id, { disabled: false });
    expect(await role()).toBe("USER");
    await open.stores.sessions.delete(ann.sessionId);
    expect(await role()).toBeUndefined();
  });

  it("sees a key that was deleted at once", async () => {
    const { secret, key } = await open.accounts.apiKeys.create({ userId: ann.user.id, name: "script", expiresAt: null });
    const byKey = () => open.identity.identify({ headers: { authorization: `Bearer ${secret}` } });
    await byKey();
    expect(await byKey()).not.toBeNull();
    await open.accounts.apiKeys.delete(ann.user.id, key.id);
    expect(await byKey()).toBeNull();
  });

  it("sees another process's changes after a second", async () => {
    await open.elsewhere.accounts.update(ann.user.id, { role: "USER" });
    expect(await role()).toBe("ADMIN");
    await open.clock.advance(1_000);
    expect(await role()).toBe("USER");
  });
});

describe("what is remembered", () => {
  const principal = (name: string) => ({ name }) as Principal;
  const setUp = () => {
    const clock = movedClock();
    let changes = 0;
    const remembered = shortMemory({ clock, changes: () => changes });
    let reads = 0;
    const ask = async (name: string, expiresAt = Number.POSITIVE_INFINITY) =>
      remembered("proof", async () => {
        reads += 1;
        return { principal: principal(name), expiresAt };
      });
    return { clock, ask, remembered, changed: () => (changes += 1), reads: () => reads };
  };

  it("is not what a write has overtaken", async () => {
    const { remembered, ask, changed } = setUp();
    const late = Promise.withResolvers<{ principal: Principal; expiresAt: number }>();
    const reading = remembered("proof", () => late.promise);
    changed();
    late.resolve({ principal: principal("before"), expiresAt: Number.POSITIVE_INFINITY });
    expect(await reading).toEqual(principal("before"));
    expect(await ask("after")).toEqual(principal("after"));
  });

  it("ends with what proved it", async () => {
    const { ask, clock, reads } = setUp();
    await ask("ann", clock.now() + 10);
    await clock.advance(9);
    await ask("ann", clock.now() + 1);
    expect(reads()).toBe(1);
    await clock.advance(1);
    await ask("ann");
    expect(reads()).toBe(2);
  });

  it("is not that there is nobody", async () => {
    const { remembered, ask } = setUp();
    expect(await remembered("proof", async () => null)).toBeNull();
    expect(await ask("ann")).toEqual(principal("ann"));
  });
});
