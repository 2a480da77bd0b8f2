import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, type OpenAccounts, openAccounts, PASSWORD } from "./open-accounts.ts";

let open: OpenAccounts;
beforeEach(() => {
  open = openAccounts();
});
afterEach(() => open.stores.close());

const ann = { email: "ann@example.com", name: "Ann", password: PASSWORD };

describe("the first account", () => {
  it("is an admin, signed in at once, and closes the setup", async () => {
    expect(await open.accounts.setupNeeded()).toBe(true);
    const signedIn = await open.firstAdmin();
    expect(signedIn.user).toMatchObject({ email: "ann@example.com", name: "Ann", role: "ADMIN", disabled: false });
    expect(await open.whoHas(signedIn.token)).toMatchObject({ userId: signedIn.user.id, role: "ADMIN" });
    expect(await open.accounts.setupNeeded()).toBe(false);
    await expect(open.accounts.issueSetupToken()).rejects.toMatchObject({ code: "SETUP_CLOSED" });
    await expect(open.accounts.setup({ ...ann, token: "x" })).rejects.toMatchObject({ code: "SETUP_CLOSED" });
  });

  it("needs the token of the printed link", async () => {
    const token = await open.accounts.issueSetupToken();
    for (const wrong of ["", "guess", `${token}x`]) {
      await expect(open.accounts.setup({ ...ann, token: wrong })).rejects.toMatchObject({ code: "SETUP_TOKEN_REFUSED" });
    }
    expect(await open.accounts.setupNeeded()).toBe(true);
  });

  it("cannot be made with a link from an earlier start or from yesterday", async () => {
    const earlier = await open.accounts.issueSetupToken();
    const token = await open.accounts.issueSetupToken();
    await expect(open.accounts.setup({ ...ann, token: earlier })).rejects.toMatchObject({ code: "SETUP_TOKEN_REFUSED" });
    await open.clock.advance(DAY_MS);
    await expect(open.accounts.setup({ ...ann, token })).rejects.toMatchObject({ code: "SETUP_TOKEN_REFUSED" });
  });

  it("is one account when the link is used many times at once", async () => {
    const token = await open.accounts.issueSetupToken();
    const setups = Array.from({ length: 10 }, (_, nth) =>
      open.accounts.setup({ ...ann, email: `user-${nth}@example.com`, token }),
    );
    const outcomes = await Promise.allSettled(setups);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await open.accounts.list()).toHaveLength(1);
  });

  it("keeps the link good when a field was wrong, and says which", async () => {
    const token = await open.accounts.issueSetupToken();
    await expect(open.accounts.setup({ token, email: "ann", name: " ", password: "short" })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
      details: [{ path: "/email" }, { path: "/name" }, { path: "/password" }],
    });
    expect((await open.accounts.setup({ ...ann, token })).user.role).toBe("ADMIN");
  });
});

describe("a new password is refused", () => {
  it.each([
    ["with fewer than 10 characters", "123456789"],
    ["with fewer than 10 characters of two code units", "🔑".repeat(9)],
    ["with more than 1,024 bytes", "ü".repeat(513)],
    ["when it is the e-mail", "ANN@example.com "],
  ])("%s", async (_, password) => {
    const token = await open.accounts.issueSetupToken();
    const refusal = await open.accounts.setup({ ...ann, token, password }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "REQUEST_INVALID", details: [{ path: "/password" }] });
    expect(String(refusal)).not.toContain(password);
  });
});

describe("an e-mail or name is refused", () => {
  it.each(["", "ann", "@example.com", "ann@", "a@b@c", "ann @example.com", "ann\n@example.com", `${"a".repeat(250)}@b.de`])(
    "when the e-mail is %j",
    async (email) => {
      const token = await open.accounts.issueSetupToken();
      await expect(open.accounts.setup({ ...ann, token, email })).rejects.toMatchObject({ details: [{ path: "/email" }] });
    },
  );

  it.each(["", "   ", "Ann\u0000", "Ann\nAdmin", "Ann\u202enimdA", "x".repeat(101)])("when the name is %j", async (name) => {
    const token = await open.accounts.issueSetupToken();
    await expect(open.accounts.setup({ ...ann, token, name })).rejects.toMatchObject({ details: [{ path: "/name" }] });
  });
});
