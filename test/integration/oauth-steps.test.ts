import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startDiary } from "../servers/diary.ts";
import { browserOf } from "../support/browser-sign-in.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { type Caller, startHouse } from "../support/house.ts";
import { echo, oauthWorld, signedIn, stateOf } from "../support/oauth-world.ts";
import { pageVisitor } from "../support/page-visitor.ts";

const grantsOf = async (who: Caller) => (await who.ask("GET", "/api/mcp/grants")).body.grants;
const scopesAsked = (url: string) => new URL(url).searchParams.get("scope")?.split(" ").sort();

/** The next answer of the token endpoint waits for `release`. */
function slowTokens({ idp }: Pick<Awaited<ReturnType<typeof oauthWorld>>, "idp">): () => void {
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  idp.instead.set("/token", (_, response) => {
    const tokens = { access_token: "late-access", token_type: "Bearer", refresh_token: "late-refresh", expires_in: 3600 };
    void gate.then(() => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(tokens)));
    return true;
  });
  return release;
}

const revoked = ({ idp }: Pick<Awaited<ReturnType<typeof oauthWorld>>, "idp">) =>
  idp.requests.filter(({ path }) => path === "/revoke").map(({ params }) => params.get("token"));

describe("a sign-in that is given up while its answer is exchanged for tokens", () => {
  it("stays given up: nothing is kept, and what was given is handed back", async () => {
    const world = await oauthWorld();
    const { idp, house } = world;
    const release = slowTokens(world);
    const ann = await house.user("ann");
    const browser = browserOf(ann);
    await echo(ann);
    const { body } = await browser.start("notes");
    const answering = browser.back(await browser.consent(body.authorizationUrl));
    await expect.poll(() => idp.tokenPosts().length).toBe(1);
    await ann.ask("POST", "/api/mcp/oauth/cancel/notes");
    expect((await stateOf(ann)).state).toBe("oauth_required");
    release();
    expect((await answering).body).toContain("You gave it up.");
    expect(await grantsOf(ann)).toEqual([]);
    expect((await ann.ask("GET", `/api/mcp/oauth/status/${body.flowId}`)).body.state).toBe("cancelled");
    expect((await stateOf(ann)).state).toBe("oauth_required");
    await expect.poll(() => revoked(world)).toEqual(["late-refresh", "late-access"]);
  });

  it("leaves an earlier one as it was", async () => {
    const world = await oauthWorld();
    const { idp, house } = world;
    const { who, browser } = await signedIn(house, "ann");
    const before = await grantsOf(who);
    const release = slowTokens(world);
    const { body } = await browser.start("notes");
    const answering = browser.back(await browser.consent(body.authorizationUrl));
    await expect.poll(() => idp.tokenPosts().length).toBe(2);
    await who.ask("POST", "/api/mcp/oauth/cancel/notes");
    release();
    await answering;
    expect(await grantsOf(who)).toEqual(before);
    expect((await echo(who)).status).toBe(200);
    // Handing back one may end all that this platform was given for the person.
    expect(revoked(world)).toEqual([]);
  });
});

describe("a sign-in that ends where nothing waits for it", () => {
  const finished = async (who: Caller, back: URL, cookie: string) => {
    const socket = who.socket({ "x-host-user": "ann" });
    await new Promise((resolve) => socket.on("mcp:snapshot", resolve));
    await who.ask("GET", back.pathname + back.search, undefined, { cookie });
    await expect.poll(async () => (await stateOf(who)).state).toBe("connected");
  };

  it("connects a person who had disconnected meanwhile", async () => {
    const { house } = await oauthWorld();
    const ann = await house.user("ann");
    const browser = browserOf(ann);
    const { body } = await browser.start("notes");
    await ann.ask("POST", "/api/mcp/notes/disconnect");
    expect((await stateOf(ann)).state).toBe("disconnected");
    await finished(ann, await browser.consent(body.authorizationUrl), browser.cookie);
  });

  it("connects a person who began it before a restart", async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), "patchbay-steps-"));
    cleanups.push(() => rmSync(dataFolder, { recursive: true, force: true }));
    const before = await oauthWorld({ dataFolder });
    const browser = browserOf(await before.house.user("ann"));
    const { body } = await browser.start("notes");
    await before.house.close();
    const notes = { title: "Notes", type: "streamable-http", url: before.server.url };
    const more = { mcpSettings: { allowedAddresses: [`127.0.0.1:${before.idp.port}`] } };
    const after = await kept(startHouse({ notes }, { hosted: true, dataFolder, more }));
    await finished(await after.user("ann"), await browser.consent(body.authorizationUrl), browser.cookie);
  });
});

describe("a server that wants more to be allowed", () => {
  it("is still heard after a token was renewed in between", async () => {
    const diary = await kept(startDiary());
    const entry = { title: "Diary", type: "streamable-http", url: diary.url, requiresOAuth: true };
    const house = await kept(startHouse({ diary: entry }, { hosted: true }));
    const ann = await house.user("ann");
    const browser = browserOf(ann);
    const visitor = pageVisitor({ stopAt: ({ pathname }) => pathname.endsWith("/oauth/callback") });
    const call = (tool: string, args = {}) => ann.ask("POST", `/api/mcp/diary/tools/${tool}/call`, { arguments: args });
    diary.tokenSeconds = 2;
    const { body } = await browser.start("diary");
    const consent = await visitor.press(await visitor.open(body.authorizationUrl), "person", "ann");
    await browser.back((await visitor.press(consent, "answer", "allow")).url);
    expect((await call("write_entry", { text: "sun" })).body.code).toBe("OAUTH_SCOPE_REQUIRED");
    const token = /^Bearer (.+)$/.exec(diary.seen.findLast(({ path }) => path === "/mcp")?.headers.authorization ?? "")?.[1];
    await expect.poll(() => diary.provider.AccessToken.find(token ?? ""), { timeout: 5_000 }).toBeUndefined();
    expect((await call("whoami")).status).toBe(200);
    expect(diary.count("POST", "/token")).toBeGreaterThan(1);
    expect(scopesAsked((await browser.start("diary")).body.authorizationUrl)).toContain("diary:write");
  });

  it("is asked for what it wanted once: after signing out the next sign-in begins as the first did", async () => {
    const { server, house } = await oauthWorld({ entry: { oauth: {} } });
    server.describe = (metadata) => ({ ...metadata, scopes_supported: ["notes:read"] });
    const { who, browser } = await signedIn(house, "ann");
    server.admits = (scopes, request) => scopes !== null && (request.method !== "POST" || scopes.includes("notes:write"));
    const challenge = 'Bearer error="insufficient_scope", scope="notes:write"';
    server.refuse = (_, response) => void response.writeHead(403, { "www-authenticate": challenge }).end();
    expect((await echo(who)).body.code).toBe("OAUTH_SCOPE_REQUIRED");
    await browser.signIn("notes");
    await expect.poll(async () => (await echo(who)).status).toBe(200);
    await who.ask("DELETE", "/api/mcp/grants/notes");
    expect(scopesAsked((await browser.start("notes")).body.authorizationUrl)).toEqual(["notes:read"]);
  });

  it("is not said to refuse what was allowed because a call was repeated before anything was allowed", async () => {
    const { server, house } = await oauthWorld({ entry: { oauth: { scope: "notes:read" } } });
    const { who } = await signedIn(house, "ann");
    await echo(who);
    server.admits = (scopes, request) => scopes !== null && (request.method !== "POST" || scopes.includes("notes:write"));
    const challenge = 'Bearer error="insufficient_scope", scope="notes:write"';
    server.refuse = (_, response) => void response.writeHead(403, { "www-authenticate": challenge }).end();
    for (let times = 0; times < 8; times += 1) expect((await echo(who)).body.code).toBe("OAUTH_SCOPE_REQUIRED");
  });

  it("leads to no more than three sign-ins that do not help", async () => {
    const { idp, server, house } = await oauthWorld({ entry: { oauth: { scope: "notes:read" } } });
    const { who, browser } = await signedIn(house, "ann");
    // Gives less than it was asked for, each time.
    idp.scope = "notes:read";
    server.admits = (scopes, request) => scopes !== null && (request.method !== "POST" || scopes.includes("notes:write"));
    const challenge = 'Bearer error="insufficient_scope", scope="notes:write"';
    server.refuse = (_, response) => void response.writeHead(403, { "www-authenticate": challenge }).end();
    const codes: string[] = [];
    for (let times = 0; times < 5; times += 1) {
      codes.push((await echo(who)).body.code);
      await browser.signIn("notes");
    }
    expect(codes.slice(0, 3)).toEqual(["OAUTH_SCOPE_REQUIRED", "OAUTH_SCOPE_REQUIRED", "OAUTH_SCOPE_REQUIRED"]);
    expect(codes.slice(3)).toEqual(["CREDENTIALS_REFUSED", "CREDENTIALS_REFUSED"]);
  });
});

describe("a call that runs while the sign-in goes", () => {
  const running = async () => {
    const { idp, server, house } = await oauthWorld();
    const { who } = await signedIn(house, "ann");
    await echo(who);
    const call = who.ask("POST", "/api/mcp/notes/tools/slow/call", { arguments: { ms: 4_000, steps: 1 } });
    await expect.poll(() => server.ledger.callsOf("slow").length).toBe(1);
    return { idp, house, who, call };
  };

  it("is not told to sign in and repeat when the person signs out, for it may have run", async () => {
    const { who, call } = await running();
    await who.ask("DELETE", "/api/mcp/grants/notes");
    const { body } = await call;
    expect(body.code).toBe("OUTCOME_UNKNOWN");
    expect(body).not.toHaveProperty("signInUrl");
  });

  it("gets its own answer when the authorization server ends the sign-in, which others are told at once", async () => {
    const { idp, house, who, call } = await running();
    idp.expireAll();
    idp.endAll();
    expect((await echo(who)).body).toMatchObject({ code: "OAUTH_REQUIRED", signInUrl: `${house.url}/?sign-in=notes` });
    expect((await call).body).toMatchObject({ tool: "slow", isError: false });
  });
});

it("a renewal that was on its way when the person signed out leaves nothing alive at the authorization server", async () => {
  const world = await oauthWorld();
  const { idp, house } = world;
  const { who } = await signedIn(house, "ann");
  await echo(who);
  const release = slowTokens(world);
  idp.expireAll();
  const call = echo(who);
  await expect.poll(() => idp.tokenPosts("refresh_token").length).toBe(1);
  await who.ask("DELETE", "/api/mcp/grants/notes");
  release();
  expect((await call).body.code).toBe("OUTCOME_UNKNOWN");
  expect(await grantsOf(who)).toEqual([]);
  await expect.poll(() => revoked(world)).toEqual(expect.arrayContaining(["late-refresh", "late-access"]));
});

it("a person whose account is deleted leaves nothing alive at authorization servers", async () => {
  const world = await oauthWorld({ hosted: false });
  const { idp, house } = world;
  const { who } = await signedIn(house, "ben");
  await echo(who);
  const used = idp.requests.length;
  expect((await (await house.admin()).ask("DELETE", `/api/users/${who.userId}`)).status).toBeLessThan(300);
  expect(idp.requests.slice(used).map(({ path, params }) => [path, params.get("token_type_hint")])).toEqual([
    ["/revoke", "refresh_token"],
    ["/revoke", "access_token"],
  ]);
  expect((await (await house.admin()).ask("GET", "/api/grants")).body.grants).toEqual([]);
});
