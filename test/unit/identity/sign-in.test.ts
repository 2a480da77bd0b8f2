import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenAccounts, openAccounts, PASSWORD } from "./open-accounts.ts";

let open: OpenAccounts;
beforeEach(async () => {
  open = openAccounts();
  await open.firstAdmin();
});
afterEach(() => open.stores.close());

describe("signing in", () => {
  it("takes the e-mail in any case, and gives a new session each time", async () => {
    const one = await open.accounts.signIn({ email: " ANN@Example.com", password: PASSWORD, ip: "192.0.2.1" });
    const two = await open.signIn("ann");
    expect(one.token).not.toBe(two.token);
    expect(one.sessionId).not.toBe(two.sessionId);
    expect(await open.whoHas(one.token)).toMatchObject({ sessionId: one.sessionId, email: "ann@example.com" });
    expect(await open.whoHas(two.token)).toMatchObject({ sessionId: two.sessionId });
  });

  it("says the same whatever was wrong", async () => {
    const disabled = await open.person("dan");
    await open.accounts.update(disabled, { disabled: true });
    await open.accounts.create({ email: "ina@example.com", name: "Ina", role: "USER" });
    const attempts = [open.signIn("ann", "wrong password"), ...["nobody", "dan", "ina"].map((name) => open.signIn(name))];
    const said = await Promise.all(attempts.map((attempt) => attempt.catch((error: Error & { code: string }) => error)));
    for (const refusal of said) {
      expect(refusal).toMatchObject({ code: "SIGN_IN_REFUSED", message: "E-mail or password is wrong." });
    }
  });

  it("keeps neither token nor password in the store", async () => {
    const { token, sessionId } = await open.signIn("ann");
    const session = await open.stores.sessions.byTokenHash(token, 0);
    expect(session).toBeNull();
    const stored = JSON.stringify([await open.stores.accounts.list(), await open.stores.sessions.idsByUser(sessionId)]);
    expect(stored).not.toContain(PASSWORD);
    expect(stored).not.toContain(token);
  });
});

describe("signing out", () => {
  it("ends this session, its sockets, and no other", async () => {
    const [one, two] = [await open.signIn("ann"), await open.signIn("ann")];
    await open.accounts.signOut({ userId: one.user.id, sessionId: one.sessionId });
    expect(await open.whoHas(one.token)).toBeNull();
    expect(await open.whoHas(two.token)).not.toBeNull();
    expect(open.ended).toEqual([`${one.user.id} ${one.sessionId} signed_out`]);
  });

  it("everywhere ends all sessions of this user only; keys stay", async () => {
    await open.person("bob");
    const [one, two, bob] = [await open.signIn("ann"), await open.signIn("ann"), await open.signIn("bob")];
    const { secret } = await open.accounts.apiKeys.create({ userId: one.user.id, name: "script", expiresAt: null });
    await open.accounts.signOutEverywhere(one.user.id);
    expect(await open.whoHas(one.token)).toBeNull();
    expect(await open.whoHas(two.token)).toBeNull();
    expect(await open.whoHas(bob.token)).not.toBeNull();
    expect(await open.identity.identify({ headers: { authorization: `Bearer ${secret}` } })).not.toBeNull();
    expect(open.ended).toEqual([`${one.user.id} all signed_out`]);
  });
});

describe("changing the password", () => {
  const newPassword = "another fine password";

  it("ends the other sessions and open links, and keeps the one asking", async () => {
    const [here, there] = [await open.signIn("ann"), await open.signIn("ann")];
    const { inviteToken } = await open.accounts.reinvite(here.user.id);
    const { id: userId } = here.user;
    const request = { userId, sessionId: here.sessionId, currentPassword: PASSWORD, newPassword, ip: "192.0.2.1" };
    await open.accounts.changePassword(request);
    expect(await open.whoHas(here.token)).not.toBeNull();
    expect(await open.whoHas(there.token)).toBeNull();
    expect(open.ended).toContain(`${userId} ${there.sessionId} signed_out`);
    expect(open.ended).not.toContain(`${userId} ${here.sessionId} signed_out`);
    expect(await open.accounts.invitation(inviteToken ?? "")).toBeNull();
    await expect(open.signIn("ann")).rejects.toMatchObject({ code: "SIGN_IN_REFUSED" });
    expect((await open.signIn("ann", newPassword)).user.id).toBe(userId);
  });

  it("ends every session when a key asks", async () => {
    const { token, user } = await open.signIn("ann");
    const request = { userId: user.id, sessionId: null, currentPassword: PASSWORD, newPassword, ip: "192.0.2.1" };
    await open.accounts.changePassword(request);
    expect(await open.whoHas(token)).toBeNull();
  });

  it("needs the current one and obeys the rules", async () => {
    const { user, sessionId } = await open.signIn("ann");
    const request = { userId: user.id, sessionId, currentPassword: PASSWORD, newPassword, ip: "192.0.2.1" };
    await expect(open.accounts.changePassword({ ...request, currentPassword: "wrong password" })).rejects.toMatchObject({
      code: "SIGN_IN_REFUSED",
    });
    await expect(open.accounts.changePassword({ ...request, newPassword: "short" })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
      details: [{ path: "/newPassword" }],
    });
    expect((await open.signIn("ann")).user.id).toBe(user.id);
  });
});
