import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { ConnectionStatus } from "../../schemas/wire.ts";
import { browserOf } from "../support/browser-sign-in.ts";
import { kept } from "../support/clean-up.ts";
import { fastClock } from "../support/fast-clock.ts";
import type { Caller } from "../support/house.ts";
import { echo, oauthWorld, signedIn, stateOf } from "../support/oauth-world.ts";

/** Every status this person's sockets hear from now on. */
async function hear(who: Caller): Promise<ConnectionStatus[]> {
  const socket = who.socket(who.cookie === "" ? { "x-host-user": who.userId.replace("host-", "") } : {});
  const heard: ConnectionStatus[] = [];
  await new Promise((resolve) => socket.on("mcp:snapshot", resolve));
  socket.on("mcp:status", ({ status }) => heard.push(status));
  return heard;
}

describe("tokens of a sign-in", () => {
  it("[F-OA-01] [OAUTH-22] are renewed once when 50 parallel calls meet a token that has expired", async () => {
    const { idp, house } = await oauthWorld();
    const { who } = await signedIn(house, "ann");
    expect((await echo(who)).status).toBe(200);
    idp.expireAll();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => echo(who, `n${index}`)));
    expect(answers.map(({ body }) => body.content?.[0]?.text)).toEqual(answers.map((_, index) => `Echo: n${index}`));
    expect(idp.tokenPosts("refresh_token").length).toBe(1);
    expect(idp.familiesRevoked).toBe(0);
    expect((await stateOf(who)).state).toBe("connected");
  });

  it("[F-OA-07] end in one clean step when the authorization server says invalid_grant", async () => {
    const { idp, house } = await oauthWorld();
    const { who, browser } = await signedIn(house, "ann");
    await echo(who);
    const heard = await hear(who);
    idp.endAll();
    const answers = await Promise.all(Array.from({ length: 20 }, () => echo(who)));
    for (const { status, body } of answers) {
      expect({ status, code: body.code }).toEqual({ status: 409, code: "OAUTH_REQUIRED" });
      expect(body.signInUrl).toBe(`${house.url}/?sign-in=notes`);
    }
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]).toMatchObject({ state: "oauth_required", reason: { code: "OAUTH_REQUIRED" } });
    expect(idp.tokenPosts("refresh_token").length).toBe(1);
    expect((await who.ask("GET", "/api/mcp/grants")).body.grants).toEqual([]);
    await browser.signIn("notes");
    expect((await echo(who)).status).toBe(200);
  });

  it("end in the same way when it says so as GitHub does, with 200 and a word of its own", async () => {
    const { idp, house } = await oauthWorld();
    const { who } = await signedIn(house, "ann");
    await echo(who);
    idp.expireAll();
    const json = { "content-type": "application/json" };
    idp.instead.set("/token", exactly(200, json, JSON.stringify({ error: "bad_refresh_token" })));
    for (let count = 0; count < 3; count += 1) expect((await echo(who)).body.code).toBe("OAUTH_REQUIRED");
    expect(idp.tokenPosts("refresh_token").length).toBe(1);
  });
});

/** Answers a token request with exactly this. */
const exactly =
  (status: number, headers: Record<string, string>, body: string | Buffer) =>
  (_: unknown, response: ServerResponse): boolean => {
    response.writeHead(status, headers).end(body);
    return true;
  };
const JSON_TYPE = { "content-type": "application/json" };
const GOOD = { access_token: "abc", token_type: "Bearer", expires_in: 3600 };

describe("what a token endpoint gives", () => {
  it.each([
    ["[HDR-09] a token with a line break", exactly(200, JSON_TYPE, JSON.stringify({ ...GOOD, access_token: "abc\r\nX: 1" }))],
    ["[HDR-09] a token with a blank", exactly(200, JSON_TYPE, JSON.stringify({ ...GOOD, access_token: "a b" }))],
    ["[OAUTH-21] 10 MB", exactly(200, JSON_TYPE, JSON.stringify({ ...GOOD, more: "x".repeat(10_000_000) }))],
    ["[OAUTH-21] a page", exactly(200, { "content-type": "text/html" }, JSON.stringify(GOOD))],
    ["[OAUTH-21] a redirect", exactly(302, { location: "https://evil.example/token" }, "")],
    ["[OAUTH-21] a token of another kind", exactly(200, JSON_TYPE, JSON.stringify({ ...GOOD, token_type: "mac" }))],
    ["[OAUTH-21] a lifetime that is no number", exactly(200, JSON_TYPE, JSON.stringify({ ...GOOD, expires_in: "NaN" }))],
    ["[OAUTH-21] no token", exactly(200, JSON_TYPE, JSON.stringify({ token_type: "Bearer" }))],
    ["[OAUTH-21] no JSON", exactly(200, JSON_TYPE, '{"access_token": NaN}')],
    [
      "[OAUTH-21] a bomb of 200 MB in 200 KB",
      exactly(200, { ...JSON_TYPE, "content-encoding": "gzip" }, gzipSync(Buffer.alloc(200_000_000, 32))),
    ],
  ])("%s is refused, and nothing is kept", async (_, answer) => {
    const { idp, server, house } = await oauthWorld();
    const ann = await house.user("ann");
    idp.instead.set("/token", answer);
    const browser = browserOf(ann);
    const memory = process.memoryUsage().rss;
    const page = await browser.signIn("notes");
    expect(page.body).toContain("Not signed in");
    expect(process.memoryUsage().rss - memory).toBeLessThan(100 * 1024 * 1024);
    expect((await ann.ask("GET", "/api/mcp/grants")).body.grants).toEqual([]);
    expect(await stateOf(ann)).toMatchObject({ state: "oauth_required", reason: { code: "OAUTH_FAILED" } });
    expect(server.ledger.headerValues("authorization").filter((value) => value !== undefined)).toEqual([]);
  });

  it("[OAUTH-21] that never comes is waited for ten seconds", async () => {
    const clock = fastClock(10);
    const { idp, house } = await oauthWorld({ clock });
    const browser = browserOf(await house.user("ann"));
    idp.instead.set("/token", () => true);
    const at = clock.now();
    expect((await browser.signIn("notes")).body).toContain("Not signed in");
    expect(clock.now() - at).toBeGreaterThan(9_500);
    expect(clock.now() - at).toBeLessThan(20_000);
  });

  it.each([
    [-1, 0],
    [1e20, 365 * 24 * 3_600_000],
    ["3600", 3_600_000],
    [0, 0],
  ])("[OAUTH-21] with a lifetime of %j lives for %d ms", async (expiresIn, lifetimeMs) => {
    const { idp, house } = await oauthWorld();
    idp.give = (tokens) => ({ ...tokens, expires_in: expiresIn });
    const { who } = await signedIn(house, "ann");
    const [grant] = (await who.ask("GET", "/api/mcp/grants")).body.grants;
    expect(Math.abs(grant.expiresAt - grant.grantedAt - lifetimeMs)).toBeLessThan(1_000);
    expect((await echo(who)).status).toBe(200);
    expect(idp.tokenPosts("refresh_token").length).toBe(0);
  });

  it("[OAUTH-21] with broader scopes than were asked for is kept and shown", async () => {
    const { idp, house } = await oauthWorld({ entry: { oauth: { scope: "notes:read" } } });
    idp.give = (tokens) => ({ ...tokens, scope: "notes:read notes:write admin" });
    const { who } = await signedIn(house, "ann");
    expect((await who.ask("GET", "/api/mcp/grants")).body.grants[0].scopes).toEqual(["notes:read", "notes:write", "admin"]);
  });

  it("[OAUTH-21] with scopes that are none is kept without those", async () => {
    const { idp, house } = await oauthWorld();
    idp.give = (tokens) => ({ ...tokens, scope: 'notes:read a\u202eb \u200b "all" back\\slash https://a.example/.default' });
    const { who } = await signedIn(house, "ann");
    expect((await who.ask("GET", "/api/mcp/grants")).body.grants[0].scopes).toEqual(["notes:read", "https://a.example/.default"]);
  });
});

describe("a sign-in that has trouble", () => {
  it("[OAUTH-23] refreshes once for a server that refuses whatever it is shown, then asks the person", async () => {
    const { idp, server, house } = await oauthWorld();
    const { who } = await signedIn(house, "ann");
    await echo(who);
    server.admits = () => false;
    const answers = [await echo(who), await echo(who), await echo(who)];
    expect(answers.map(({ body }) => body.code)).toEqual(["OAUTH_REQUIRED", "OAUTH_REQUIRED", "OAUTH_REQUIRED"]);
    expect(idp.tokenPosts("refresh_token").length).toBe(1);
    expect(await stateOf(who)).toMatchObject({ state: "oauth_required" });
  });

  it("[OAUTH-24] is gone when it was revoked: tokens, connection and all; the next works at once", async () => {
    const { idp, server, house } = await oauthWorld();
    const { who, browser } = await signedIn(house, "ann");
    await echo(who);
    const before = server.ledger.requests.length;
    expect((await who.ask("DELETE", "/api/mcp/grants/notes")).status).toBe(200);
    expect(idp.requests.filter(({ path }) => path === "/revoke").map(({ params }) => params.get("token_type_hint"))).toEqual([
      "refresh_token",
      "access_token",
    ]);
    expect(await stateOf(who)).toMatchObject({ state: "oauth_required" });
    expect((await echo(who)).body.code).toBe("OAUTH_REQUIRED");
    const later = server.ledger.requests.slice(before).filter(({ method }) => method === "POST");
    expect(later).toEqual([]);
    const db = await kept(new DatabaseSync(join(house.dataFolder, "patchbay.db")));
    expect(db.prepare("SELECT * FROM grants").all()).toEqual([]);
    expect((await who.ask("DELETE", "/api/mcp/grants/notes")).body.code).toBe("GRANT_UNKNOWN");
    await browser.signIn("notes");
    expect((await echo(who)).status).toBe(200);
  });

  it("[OAUTH-24] is gone here although its authorization server hangs, and when an admin does it", async () => {
    const clock = fastClock(10);
    const { idp, house } = await oauthWorld({ clock });
    const { who } = await signedIn(house, "ann");
    await echo(who);
    idp.instead.set("/revoke", () => true);
    const admin = await house.admin();
    const [grant] = (await admin.ask("GET", "/api/grants")).body.grants;
    expect(grant).toMatchObject({ userId: who.userId, server: "notes", issuer: idp.origin });
    const at = clock.now();
    expect((await admin.ask("DELETE", `/api/grants/${who.userId}/notes`)).status).toBe(200);
    expect(clock.now() - at).toBeLessThan(10_000);
    expect((await echo(who)).body.code).toBe("OAUTH_REQUIRED");
    expect((await admin.ask("GET", "/api/grants")).body.grants).toEqual([]);
  });
});
