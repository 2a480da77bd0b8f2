import { describe, expect, it } from "vitest";
import type { AccountRecord, Stores } from "../../../api/ports/stores.ts";
import { withShortMemory } from "../../../api/storage/short-memory.ts";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";
import { movedClock } from "../../support/moved-clock.ts";

const ann: AccountRecord = {
  id: "ann",
  email: "ann@example.org",
  name: "Ann",
  role: "USER",
  passwordHash: null,
  disabled: false,
  createdAt: 1,
  openId: null,
} as AccountRecord;

function start(): { other: Stores; own: Stores; clock: ReturnType<typeof movedClock> } {
  const other = openSqliteStores(":memory:");
  const clock = movedClock();
  return { other, own: withShortMemory(other, clock), clock };
}

describe("a short memory of who somebody is", () => {
  it("sees its own changes at once", async () => {
    const { own } = start();
    await own.accounts.insert(ann);
    expect((await own.accounts.byId("ann"))?.role).toBe("USER");
    await own.accounts.update("ann", { role: "ADMIN" });
    expect((await own.accounts.byId("ann"))?.role).toBe("ADMIN");
    await own.accounts.delete("ann");
    expect(await own.accounts.byId("ann")).toBeNull();
  });

  it("sees another process's changes after a second", async () => {
    const { other, own, clock } = start();
    await own.accounts.insert(ann);
    await own.accounts.byId("ann");
    await other.accounts.update("ann", { disabled: true });
    expect((await own.accounts.byId("ann"))?.disabled).toBe(false);
    await clock.advance(1_000);
    expect((await own.accounts.byId("ann"))?.disabled).toBe(true);
  });

  it("does not remember what a write has overtaken", async () => {
    const { own } = start();
    await own.accounts.insert(ann);
    const reading = own.accounts.byId("ann");
    await own.accounts.update("ann", { disabled: true });
    await reading;
    expect((await own.accounts.byId("ann"))?.disabled).toBe(true);
  });

  it("never hands out a session that has expired meanwhile", async () => {
    const { own } = start();
    await own.accounts.insert(ann);
    await own.sessions.insert({ id: "s", tokenHash: "h", userId: "ann", createdAt: 1, lastSeenAt: 1, expiresAt: 100 });
    expect(await own.sessions.byTokenHash("h", 99)).not.toBeNull();
    expect(await own.sessions.byTokenHash("h", 100)).toBeNull();
  });
});
