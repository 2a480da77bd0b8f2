import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SignedIn } from "../../../api/identity/accounts.ts";
import { sessionCookie } from "../../../api/identity/session-cookie.ts";
import { DAY_MS, type OpenAccounts, openAccounts } from "./open-accounts.ts";

let open: OpenAccounts;
let ann: SignedIn;
beforeEach(async () => {
  open = openAccounts();
  ann = await open.firstAdmin();
});
afterEach(() => open.stores.close());

const identify = (headers: Record<string, string | string[]>) => open.identity.identify({ headers });

describe("a request with the session cookie", () => {
  it("is the one who signed in, with the fields that servers may ask for", async () => {
    expect(await open.whoHas(ann.token)).toEqual({
      userId: ann.user.id,
      email: "ann@example.com",
      name: "Ann",
      role: "ADMIN",
      sessionId: ann.sessionId,
      via: "cookie",
      fields: expect.objectContaining({
        id: ann.user.id,
        name: "Ann",
        username: "ann@example.com",
        email: "ann@example.com",
        provider: "local",
        role: "ADMIN",
        emailVerified: false,
        openidId: null,
      }),
    });
  });

  it("is found among other cookies", async () => {
    const cookie = `a=b; patchbay_session=${ann.token} ; c="d;e"`;
    expect(await identify({ cookie })).toMatchObject({ userId: ann.user.id });
  });

  it.each([
    ["without it", {}],
    ["with an empty one", { cookie: "patchbay_session=" }],
    ["with a made-up token", { cookie: "patchbay_session=made-up" }],
    ["with a name that only ends alike", { cookie: "x_patchbay_session=TOKEN" }],
    ["with the token in Authorization", { authorization: "Bearer TOKEN" }],
    ["with the token in another header", { "x-api-key": "TOKEN", "x-user-id": "ID" }],
  ])("is nobody %s", async (_, headers) => {
    const filled = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace("TOKEN", ann.token).replace("ID", ann.user.id)]),
    );
    expect(await identify(filled)).toBeNull();
  });

  it("is not known by the session's public id or the token's hash", async () => {
    expect(await open.whoHas(ann.sessionId)).toBeNull();
  });

  it("goes idle after a week without a request, and not before", async () => {
    for (let day = 0; day < 3; day += 1) {
      await open.clock.advance(7 * DAY_MS - 1);
      expect(await open.whoHas(ann.token)).not.toBeNull();
    }
    await open.clock.advance(7 * DAY_MS);
    expect(await open.whoHas(ann.token)).toBeNull();
    expect(open.ended).toEqual([`${ann.user.id} ${ann.sessionId} signed_out`]);
  });

  it("ends after 30 days however busy it is", async () => {
    for (let day = 0; day < 29; day += 1) {
      await open.clock.advance(DAY_MS);
      expect(await open.whoHas(ann.token)).not.toBeNull();
    }
    expect(ann.expiresAt - open.clock.now()).toBe(DAY_MS);
    await open.clock.advance(DAY_MS);
    expect(await open.whoHas(ann.token)).toBeNull();
  });
});

describe("a request with an API key", () => {
  const bearer = (secret: string) => identify({ authorization: `Bearer ${secret}` });
  const newKey = (expiresAt: number | null = null) =>
    open.accounts.apiKeys.create({ userId: ann.user.id, name: "script", expiresAt });

  it("is the key's owner, without a session", async () => {
    const { secret, key } = await newKey();
    expect(secret).toMatch(new RegExp(`^pbk_${key.id}_[\\w-]{43}$`));
    expect(await bearer(secret)).toMatchObject({ userId: ann.user.id, sessionId: null, via: "api_key", role: "ADMIN" });
    expect(await identify({ authorization: `bearer   ${secret} ` })).not.toBeNull();
  });

  it("makes no key that outlives it", async () => {
    const { accounts, clock } = open;
    const [short, lasting] = [await newKey(clock.now() + DAY_MS), await newKey()];
    const make = (madeWith: string, expiresAt: number | null) =>
      accounts.apiKeys.create({ userId: ann.user.id, name: "another", expiresAt, madeWith });
    for (const expiresAt of [null, clock.now() + DAY_MS + 1])
      await expect(make(short.key.id, expiresAt)).rejects.toMatchObject({
        code: "REQUEST_INVALID",
        details: [expect.anything()],
      });
    expect((await make(short.key.id, clock.now() + DAY_MS)).key.expiresAt).toBe(clock.now() + DAY_MS);
    expect((await make(lasting.key.id, null)).key.expiresAt).toBeNull();
    expect(await accounts.apiKeys.list(ann.user.id)).toHaveLength(4);
  });

  it("is nobody with a changed, shortened or foreign secret", async () => {
    const [one, two] = [await newKey(), await newKey()];
    const foreign = `pbk_${one.key.id}_${two.secret.slice(-43)}`;
    for (const wrong of [foreign, one.secret.slice(0, -1), `${one.secret}x`, `pbk_${one.key.id}_`, "pbk_", one.secret.slice(4)]) {
      expect(await bearer(wrong)).toBeNull();
    }
  });

  it("is judged by the key alone when there is a cookie as well", async () => {
    const cookie = `patchbay_session=${ann.token}`;
    expect(await identify({ cookie, authorization: "Bearer pbk_0000000000000000_wrong" })).toBeNull();
    const { secret } = await newKey();
    expect(await identify({ cookie, authorization: `Bearer ${secret}` })).toMatchObject({ via: "api_key" });
  });

  it("is judged by the cookie when Authorization holds something else, such as a proxy's own", async () => {
    const cookie = `patchbay_session=${ann.token}`;
    expect(await identify({ cookie, authorization: "Basic cHJveHk6c2VjcmV0" })).toMatchObject({ via: "cookie" });
  });

  it("is nobody once the key has expired or is deleted", async () => {
    const { secret } = await newKey(open.clock.now() + DAY_MS);
    expect(await bearer(secret)).not.toBeNull();
    await open.clock.advance(DAY_MS);
    expect(await bearer(secret)).toBeNull();
    const other = await newKey();
    await open.accounts.apiKeys.delete(ann.user.id, other.key.id);
    expect(await bearer(other.secret)).toBeNull();
  });

  it("is remembered, once a minute at most", async () => {
    const { secret, key } = await newKey();
    const lastUsed = async () => (await open.accounts.apiKeys.list(ann.user.id))[0]?.lastUsedAt;
    expect(key.lastUsedAt).toBeNull();
    const firstUse = open.clock.now();
    await bearer(secret);
    await open.clock.advance(59_000);
    await bearer(secret);
    expect(await lastUsed()).toBe(firstUse);
    await open.clock.advance(1_000);
    await bearer(secret);
    expect(await lastUsed()).toBe(firstUse + 60_000);
  });
});

describe("API keys", () => {
  it("are listed without a secret, to their owner, who alone can delete them", async () => {
    const bob = await open.person("bob");
    const { key, secret } = await open.accounts.apiKeys.create({ userId: ann.user.id, name: " script ", expiresAt: null });
    const listed = await open.accounts.apiKeys.list(ann.user.id);
    expect(listed).toEqual([{ ...key, name: "script" }]);
    expect(JSON.stringify(listed)).not.toContain(secret.slice(-43));
    expect(await open.accounts.apiKeys.list(bob)).toEqual([]);
    await expect(open.accounts.apiKeys.delete(bob, key.id)).rejects.toMatchObject({ code: "API_KEY_UNKNOWN" });
    expect(await open.accounts.apiKeys.list(ann.user.id)).toHaveLength(1);
  });

  it("need a name and an end that lies ahead", async () => {
    const create = (name: string, expiresAt: number | null) =>
      open.accounts.apiKeys.create({ userId: ann.user.id, name, expiresAt });
    await expect(create(" ", null)).rejects.toMatchObject({ code: "REQUEST_INVALID", details: [{ path: "/name" }] });
    await expect(create("script", open.clock.now())).rejects.toMatchObject({ details: [{ path: "/expiresAt" }] });
  });
});

describe("the session cookie", () => {
  it("is hidden from scripts and other sites, and bound to this host under https", async () => {
    const shared = { httpOnly: true, sameSite: "lax", path: "/" };
    expect(sessionCookie(false)).toEqual({ name: "patchbay_session", attributes: { ...shared, secure: false } });
    expect(sessionCookie(true)).toEqual({ name: "__Host-patchbay_session", attributes: { ...shared, secure: true } });
  });

  it("of plain http does not count under https", async () => {
    const secure = openAccounts({ isHttps: true });
    const { token, user } = await secure.firstAdmin();
    expect(await secure.whoHas(token)).toMatchObject({ userId: user.id });
    expect(await secure.identity.identify({ headers: { cookie: `patchbay_session=${token}` } })).toBeNull();
    await secure.stores.close();
  });
});
