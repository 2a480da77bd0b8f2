import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sealedSample } from "../../contract/sealed-sample.ts";
import { DAY_MS, type OpenAccounts, openAccounts, PASSWORD } from "./open-accounts.ts";

let open: OpenAccounts;
let annId: string;
beforeEach(async () => {
  open = openAccounts();
  annId = (await open.firstAdmin()).user.id;
});
afterEach(() => open.stores.close());

async function invite(name: string) {
  const { user, inviteToken } = await open.accounts.create({ email: `${name}@example.com`, name, role: "USER" });
  if (inviteToken === null) throw new Error("no invitation");
  return { id: user.id, token: inviteToken };
}

describe("an admin", () => {
  it("creates a person with a password, who can sign in at once", async () => {
    const created = await open.accounts.create({ email: "Bob@Example.com", name: " Bob ", role: "USER", password: PASSWORD });
    expect(created).toMatchObject({ user: { email: "bob@example.com", name: "Bob", role: "USER" }, inviteToken: null });
    expect((await open.signIn("bob")).user.id).toBe(created.user.id);
    expect((await open.accounts.list()).map(({ name }) => name).sort()).toEqual(["Ann", "Bob"]);
  });

  it("cannot create two with one e-mail", async () => {
    await open.person("bob");
    await expect(open.accounts.create({ email: " BOB@example.com", name: "B", role: "ADMIN" })).rejects.toMatchObject({
      code: "ACCOUNT_EXISTS",
    });
  });

  it.each(["\u200b", "Admin\u200b", "\u3164", "\u2800", "\u{e0041}", "a\u034f", "a\ufe0f", "a\u202eb", "a\nb"])(
    "[XSS-14] creates nobody called %j, and no API key: it would not be seen, or look like another's",
    async (name) => {
      const refused = { code: "REQUEST_INVALID", details: [{ path: "/name", expected: "1 to 100 visible characters" }] };
      await expect(open.accounts.create({ email: "x@example.com", name, role: "USER" })).rejects.toMatchObject(refused);
      await expect(open.accounts.apiKeys.create({ userId: "x", name, expiresAt: null })).rejects.toMatchObject(refused);
      const email = `x${name}@example.com`;
      await expect(open.accounts.create({ email, name: "X", role: "USER" })).rejects.toMatchObject({ code: "REQUEST_INVALID" });
    },
  );

  it("never sees a hash", async () => {
    await open.person("bob");
    expect(JSON.stringify(await open.accounts.list())).not.toContain("scrypt");
  });

  it("gets told about accounts that do not exist", async () => {
    for (const call of [
      () => open.accounts.update("nobody", { name: "X" }),
      () => open.accounts.delete("nobody"),
      () => open.accounts.reinvite("nobody"),
    ]) {
      await expect(call()).rejects.toMatchObject({ code: "ACCOUNT_UNKNOWN" });
    }
    expect(await open.accounts.byId("nobody")).toBeNull();
  });
});

describe("an invitation", () => {
  it("lets one person set name and password, once", async () => {
    const { id, token } = await invite("bob");
    expect(await open.accounts.invitation(token)).toEqual({ email: "bob@example.com", name: "bob" });
    const signedIn = await open.accounts.acceptInvite({ token, name: "Bob B.", password: PASSWORD });
    expect(signedIn.user).toMatchObject({ id, name: "Bob B.", role: "USER" });
    expect(await open.whoHas(signedIn.token)).toMatchObject({ userId: id, name: "Bob B." });
    expect(await open.accounts.invitation(token)).toBeNull();
    const again = open.accounts.acceptInvite({ token, name: "Eve", password: PASSWORD });
    await expect(again).rejects.toMatchObject({ code: "INVITE_REFUSED" });
    expect((await open.signIn("bob")).user.name).toBe("Bob B.");
  });

  it("is accepted by one of many at once", async () => {
    const { token } = await invite("bob");
    const all = await Promise.allSettled(
      Array.from({ length: 10 }, (_, nth) => open.accounts.acceptInvite({ token, name: `n${nth}`, password: PASSWORD })),
    );
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("stays good when the password was too weak", async () => {
    const { token } = await invite("bob");
    await expect(open.accounts.acceptInvite({ token, name: "Bob", password: "bob@example.com" })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
    });
    await open.accounts.acceptInvite({ token, name: "Bob", password: PASSWORD });
  });

  it("ends after a week, when a newer one is made, and when the account is disabled or deleted", async () => {
    const { id, token } = await invite("bob");
    const { inviteToken: newer } = await open.accounts.reinvite(id);
    expect(await open.accounts.invitation(token)).toBeNull();
    expect(await open.accounts.invitation(newer ?? "")).not.toBeNull();
    await open.clock.advance(7 * DAY_MS);
    expect(await open.accounts.invitation(newer ?? "")).toBeNull();

    const disabled = await invite("dan");
    await open.accounts.update(disabled.id, { disabled: true });
    expect(await open.accounts.invitation(disabled.token)).toBeNull();
    await open.accounts.update(disabled.id, { disabled: false });
    expect(await open.accounts.invitation(disabled.token)).toBeNull();
    const deleted = await invite("eve");
    await open.accounts.delete(deleted.id);
    expect(await open.accounts.invitation(deleted.token)).toBeNull();
  });

  it("does not open a disabled account", async () => {
    const { id } = await invite("dan");
    await open.accounts.update(id, { disabled: true });
    const { inviteToken } = await open.accounts.reinvite(id);
    const entering = open.accounts.acceptInvite({ token: inviteToken ?? "", name: "Dan", password: PASSWORD });
    await expect(entering).rejects.toMatchObject({ code: "INVITE_REFUSED" });
  });

  it("for somebody with a password ends their sessions once it is used, and not before", async () => {
    const id = await open.person("bob");
    const session = await open.signIn("bob");
    const { inviteToken } = await open.accounts.reinvite(id);
    expect(await open.whoHas(session.token)).not.toBeNull();
    await open.accounts.acceptInvite({ token: inviteToken ?? "", name: "Bob", password: "a brand new password" });
    expect(await open.whoHas(session.token)).toBeNull();
    await expect(open.signIn("bob")).rejects.toMatchObject({ code: "SIGN_IN_REFUSED" });
  });

  it("is not opened by the setup link's token", async () => {
    const other = openAccounts();
    const setupToken = await other.accounts.issueSetupToken();
    expect(await other.accounts.invitation(setupToken)).toBeNull();
    await other.stores.close();
  });
});

describe("a changed account", () => {
  it("with another role has to sign in again", async () => {
    const id = await open.person("bob");
    const session = await open.signIn("bob");
    expect(await open.accounts.update(id, { role: "ADMIN" })).toMatchObject({ id, role: "ADMIN" });
    expect(await open.whoHas(session.token)).toBeNull();
    expect(open.ended).toContain(`${id} all signed_out`);
    expect(await open.whoHas((await open.signIn("bob")).token)).toMatchObject({ role: "ADMIN" });
  });

  it("with another name stays signed in", async () => {
    const id = await open.person("bob");
    const session = await open.signIn("bob");
    await open.accounts.update(id, { name: "Robert", role: "USER" });
    expect(await open.whoHas(session.token)).toMatchObject({ name: "Robert", role: "USER" });
    expect(open.ended).toEqual([]);
  });

  it("that is disabled loses sessions, sockets, connections and the use of its keys; keys work again afterwards", async () => {
    const id = await open.person("bob");
    const session = await open.signIn("bob");
    const { secret } = await open.accounts.apiKeys.create({ userId: id, name: "script", expiresAt: null });
    const withKey = () => open.identity.identify({ headers: { authorization: `Bearer ${secret}` } });
    await open.accounts.update(id, { disabled: true });
    expect(await open.whoHas(session.token)).toBeNull();
    expect(await withKey()).toBeNull();
    expect(open.ended).toContain(`${id} all account_removed`);
    expect(open.released).toContain(id);
    await open.accounts.update(id, { disabled: false });
    expect(await open.whoHas(session.token)).toBeNull();
    expect(await withKey()).toMatchObject({ userId: id });
  });

  it("that is deleted leaves nothing behind", async () => {
    const id = await open.person("bob");
    const session = await open.signIn("bob");
    const { secret, key } = await open.accounts.apiKeys.create({ userId: id, name: "script", expiresAt: null });
    await open.stores.userVars.set(id, "desk", { TOKEN: sealedSample("t") });
    await open.accounts.delete(id);
    expect(await open.accounts.byId(id)).toBeNull();
    expect(await open.whoHas(session.token)).toBeNull();
    expect(await open.identity.identify({ headers: { authorization: `Bearer ${secret}` } })).toBeNull();
    expect(await open.stores.apiKeys.byId(key.id)).toBeNull();
    expect(await open.stores.userVars.names(id)).toEqual({});
    expect(open.ended).toContain(`${id} all account_removed`);
    expect(open.released).toEqual([id]);
    await expect(open.accounts.delete(id)).rejects.toMatchObject({ code: "ACCOUNT_UNKNOWN" });
  });
});

describe("the last admin", () => {
  it.each([{ role: "USER" as const }, { disabled: true }])("cannot be changed to %j", async (change) => {
    await open.person("bob");
    await expect(open.accounts.update(annId, change)).rejects.toMatchObject({ code: "LAST_ADMIN" });
    expect(await open.accounts.byId(annId)).toMatchObject({ role: "ADMIN", disabled: false });
  });

  it("cannot be deleted, not even beside admins who cannot sign in", async () => {
    await open.accounts.create({ email: "ina@example.com", name: "Ina", role: "ADMIN" });
    await open.accounts.update(await open.person("dan", "ADMIN"), { disabled: true });
    await expect(open.accounts.delete(annId)).rejects.toMatchObject({ code: "LAST_ADMIN" });
  });

  it("can be renamed, and can go once there is another", async () => {
    await open.accounts.update(annId, { name: "Anna" });
    await open.person("bob", "ADMIN");
    await open.accounts.delete(annId);
    expect(await open.accounts.list()).toHaveLength(1);
    expect(await open.accounts.setupNeeded()).toBe(false);
  });

  it("stays when two admins remove each other at the same moment", async () => {
    const bobId = await open.person("bob", "ADMIN");
    const both = [open.accounts.update(annId, { role: "USER" }), open.accounts.delete(bobId)];
    const outcomes = await Promise.allSettled(both);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect((await open.accounts.list()).filter(({ role, disabled }) => role === "ADMIN" && !disabled)).toHaveLength(1);
  });
});
