import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { kept } from "../../support/clean-up.ts";
import { PASSWORD } from "../../support/house.ts";
import { CLIENT_SECRET, leadsTo, openIdProvider, openIdWorld, seatAt } from "../../support/openid-world.ts";
import { place } from "../../support/process.ts";

const NEW_PEOPLE = { ALLOW_SOCIAL_REGISTRATION: "true" };

describe("signing in to the platform by an OpenID provider", () => {
  it("offers its button, goes there with state, nonce and PKCE, and comes back signed in", async () => {
    const { provider, seat } = await openIdWorld({ ...NEW_PEOPLE, OPENID_BUTTON_LABEL: "Sign in with Example" });
    const ann = seat();
    const { openid } = (await ann.ask("GET", "/api/setup")).body;
    expect(openid).toEqual({ label: "Sign in with Example", image: null, autoRedirect: false });
    expect(leadsTo(await ann.signIn("ann"))).toBe("/");
    const { user } = (await ann.ask("GET", "/api/auth/me")).body;
    expect(user).toMatchObject({ email: "ann@example.org", name: "Ann", role: "USER" });
    const asked = provider.seen.find(({ path }) => path === "/auth")?.query;
    expect(asked?.get("code_challenge_method")).toBe("S256");
    for (const name of ["state", "nonce", "code_challenge"]) expect(asked?.get(name)?.length, name).toBeGreaterThanOrEqual(43);
    expect(asked?.get("scope")).toBe("openid profile email");
  });

  it("[XSS-14] calls people by what can be seen of their name", async () => {
    const { seat } = await openIdWorld(NEW_PEOPLE);
    const kim = seat();
    await kim.signIn("kim");
    expect((await kim.ask("GET", "/api/auth/me")).body.user.name).toBe("Kim Lee");
  });

  it("finds the same account again, whatever the e-mail is called then", async () => {
    const { house, seat } = await openIdWorld(NEW_PEOPLE);
    await seat().signIn("ann");
    const again = seat();
    await again.signIn("ann");
    const people = (await (await house.admin()).ask("GET", "/api/users")).body.users;
    expect(people.map(({ email }: { email: string }) => email)).toEqual(["admin@example.org", "ann@example.org"]);
  });

  it("makes no account unless the operator wants that", async () => {
    const { house, seat } = await openIdWorld();
    expect(leadsTo(await seat().signIn("ann"))).toBe("/sign-in?problem=OPENID_NO_ACCOUNT");
    expect((await (await house.admin()).ask("GET", "/api/users")).body.users).toHaveLength(1);
  });

  it("takes nobody's word for an e-mail address", async () => {
    const { house, seat } = await openIdWorld(NEW_PEOPLE);
    const ann = await house.user("ann");
    const eve = seat();
    expect(leadsTo(await eve.signIn("eve"))).toBe("/sign-in?problem=OPENID_EMAIL_UNVERIFIED");
    expect((await eve.ask("GET", "/api/auth/openid")).body).toEqual({ account: null });
    expect((await eve.ask("POST", "/api/auth/openid/link", { password: PASSWORD })).body.code).toBe("OPENID_REFUSED");
    expect((await ann.ask("GET", "/api/auth/me")).status).toBe(200);
    expect((await (await house.admin()).ask("GET", "/api/users")).body.users).toHaveLength(2);
  });

  it("takes it where the operator says that the provider's addresses are its own to give", async () => {
    const { seat } = await openIdWorld({ ...NEW_PEOPLE, OPENID_TRUST_EMAIL: "true" });
    expect(leadsTo(await seat().signIn("eve"))).toBe("/");
  });

  it("connects an account only when its owner says so, and proves it with the password", async () => {
    const { house, seat } = await openIdWorld(NEW_PEOPLE);
    const admin = seat();
    expect(leadsTo(await admin.signIn("admin"))).toBe("/connect-account");
    expect((await admin.ask("GET", "/api/auth/me")).status).toBe(401);
    const question = { email: "admin@example.org", name: "Admin", hasPassword: true };
    expect((await admin.ask("GET", "/api/auth/openid")).body).toEqual({ account: question });
    expect((await admin.ask("POST", "/api/auth/openid/link", {})).body.code).toBe("SIGN_IN_REFUSED");
    expect((await admin.ask("POST", "/api/auth/openid/link", { password: "a wrong one" })).body.code).toBe("SIGN_IN_REFUSED");
    expect((await seat().ask("POST", "/api/auth/openid/link", { password: PASSWORD })).body.code).toBe("OPENID_REFUSED");
    expect((await admin.ask("POST", "/api/auth/openid/link", { password: PASSWORD })).body).toEqual({ success: true });
    expect(leadsTo(await admin.signIn("admin"))).toBe("/");
    expect((await admin.ask("GET", "/api/auth/me")).body.user).toMatchObject({ email: "admin@example.org", role: "ADMIN" });
    const body = { email: "admin@example.org", password: PASSWORD };
    expect((await house.anonymous.ask("POST", "/api/auth/sign-in", body)).status).toBe(200);
  });

  it("somebody who was invited takes the account over with one press, and the link is void", async () => {
    const { house, seat } = await openIdWorld();
    const invited = await (await house.admin()).ask("POST", "/api/users", {
      email: "ann@example.org",
      name: "Annie",
      role: "USER",
    });
    const token = new URL(invited.body.inviteUrl).hash.replace("#token=", "");
    const ann = seat();
    expect(leadsTo(await ann.signIn("ann"))).toBe("/connect-account");
    expect((await ann.ask("GET", "/api/auth/openid")).body.account.hasPassword).toBe(false);
    await ann.ask("POST", "/api/auth/openid/link", {});
    expect(leadsTo(await ann.signIn("ann"))).toBe("/");
    expect((await ann.ask("GET", "/api/auth/me")).body.user.name).toBe("Annie");
    const accepted = await house.anonymous.ask("POST", "/api/invites/accept", { token, name: "Eve", password: PASSWORD });
    expect(accepted.body.code).toBe("INVITE_REFUSED");
  });

  it("lets nobody in whose account is disabled", async () => {
    const { house, seat } = await openIdWorld(NEW_PEOPLE);
    const ann = seat();
    await ann.signIn("ann");
    const { id } = (await ann.ask("GET", "/api/auth/me")).body.user;
    await (await house.admin()).ask("PATCH", `/api/users/${id}`, { disabled: true });
    expect((await ann.ask("GET", "/api/auth/me")).status).toBe(401);
    expect(leadsTo(await ann.signIn("ann"))).toBe("/sign-in?problem=SIGN_IN_REFUSED");
  });

  it("lets in who has the role for it, and makes admins of those the provider names", async () => {
    const { house, seat } = await openIdWorld({ ...NEW_PEOPLE, OPENID_REQUIRED_ROLE: "staff", OPENID_ADMIN_ROLE: "boss" });
    const [ann, ben, eve] = [seat(), seat(), seat()];
    for (const [at, name, place] of [
      [ann, "ann", "/"],
      [ben, "ben", "/"],
      [eve, "eve", "/sign-in?problem=OPENID_ROLE_MISSING"],
    ] as const)
      expect(leadsTo(await at.signIn(name)), name).toBe(place);
    expect((await ann.ask("GET", "/api/auth/me")).body.user.role).toBe("ADMIN");
    const { id } = (await ben.ask("GET", "/api/auth/me")).body.user;
    await (await house.admin()).ask("PATCH", `/api/users/${id}`, { role: "ADMIN" });
    await ben.signIn("ben");
    expect((await ben.ask("GET", "/api/auth/me")).body.user.role).toBe("USER");
  });

  it("comes back to the path the operator registered", async () => {
    const { seat } = await openIdWorld({ ...NEW_PEOPLE, OPENID_CALLBACK_URL: "/sso/back" });
    const ann = seat();
    const { url } = await ann.away("ann");
    expect(url.pathname).toBe("/sso/back");
    expect(leadsTo(await ann.back(url))).toBe("/");
  });

  it("ends the session that the browser had, and shows no secret anywhere", async () => {
    const { house, provider, seat } = await openIdWorld(NEW_PEOPLE);
    const ann = seat();
    await ann.signIn("ann");
    const before = ann.cookie;
    await ann.signIn("ann");
    expect(ann.cookie).not.toBe(before);
    expect((await house.anonymous.ask("GET", "/api/auth/me", undefined, { cookie: before })).status).toBe(401);
    const codes = provider.seen.flatMap(({ query }) => query.get("code") ?? []);
    const said = house.log.join("\n");
    for (const secret of [CLIENT_SECRET, ...codes]) expect(said).not.toContain(secret);
    expect(provider.seen.flatMap(({ path, query }) => (path === "/token" ? [...query.keys()] : []))).toEqual([]);
  });

  it("proves itself to the provider by the secret that stands in a file", async () => {
    const publicUrl = "http://patchbay.example";
    const { provider } = await openIdProvider(publicUrl);
    const { folder, start } = await kept(place({}));
    const secret = join(folder, "openid-secret");
    writeFileSync(secret, `${CLIENT_SECRET}\n`);
    const program = start({
      ...NEW_PEOPLE,
      DOMAIN_SERVER: publicUrl,
      OPENID_ISSUER: provider.origin,
      OPENID_CLIENT_ID: "patchbay",
      OPENID_CLIENT_SECRET_FILE: secret,
    });
    const [, token] = await program.said(/\/setup#token=(\S+)/);
    const [, port] = await program.said(/"port":(\d+)/);
    const url = `http://127.0.0.1:${port}`;
    await seatAt({ url }, publicUrl).ask("POST", "/api/setup", { token, email: "a@example.org", name: "A", password: PASSWORD });
    const ann = seatAt({ url }, publicUrl);
    expect(leadsTo(await ann.signIn("ann"))).toBe("/");
  });
});
