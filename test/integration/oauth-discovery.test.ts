import { describe, expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { startScriptedIdp } from "../servers/scripted-idp.ts";
import { browserOf } from "../support/browser-sign-in.ts";
import { kept } from "../support/clean-up.ts";
import { echo, oauthWorld, signedIn, stateOf } from "../support/oauth-world.ts";

describe("finding where to sign in", () => {
  it.each(["http://127.0.0.1:PORT/latest/meta-data/", "http://localhost:PORT/x", "http://[::ffff:7f00:1]:PORT/x"])(
    "[SSRF-11] never asks %s, whatever a server's 401 says",
    async (address) => {
      const sink = await kept(startHttpServer());
      const { server, house } = await oauthWorld();
      const hint = address.replace("PORT", String(sink.port));
      server.refuse = (_, response) =>
        void response.writeHead(401, { "www-authenticate": `Bearer resource_metadata="${hint}"` }).end();
      const ann = await house.user("ann");
      expect((await echo(ann)).body.code).toBe("OAUTH_REQUIRED");
      expect((await browserOf(ann).start("notes")).status).toBe(200);
      expect(sink.ledger.requests).toEqual([]);
    },
  );

  it.each(["authorization_servers", "token_endpoint", "registration_endpoint", "revocation_endpoint"])(
    "[SSRF-13] posts nothing to a private %s",
    async (name) => {
      const sink = await kept(startHttpServer());
      const { idp, server, house } = await oauthWorld();
      const inside = `http://127.0.0.1:${sink.port}/inside`;
      if (name === "authorization_servers") server.describe = (metadata) => ({ ...metadata, [name]: [inside] });
      else idp.describe = (metadata) => ({ ...metadata, [name]: inside });
      const ann = await house.user("ann");
      const browser = browserOf(ann);
      const answer = await browser.signIn("notes");
      if (name === "revocation_endpoint") {
        expect(answer.body).toContain("Signed in to");
        expect((await ann.ask("DELETE", "/api/mcp/grants/notes")).status).toBe(200);
      } else if (name === "token_endpoint") {
        expect(answer.body).toContain("Not signed in");
      } else {
        expect(answer.body.code).toBe("TARGET_BLOCKED");
      }
      expect(sink.ledger.requests).toEqual([]);
      expect(house.log.join("\n")).not.toMatch(/code_verifier|client_secret/);
    },
  );

  it.each([
    ["announces no PKCE", (metadata: object) => ({ ...metadata, code_challenge_methods_supported: undefined }), "PKCE"],
    ["offers only plain PKCE", (metadata: object) => ({ ...metadata, code_challenge_methods_supported: ["plain"] }), "PKCE"],
    ["names another issuer", (metadata: object) => ({ ...metadata, issuer: "https://other.example" }), "another issuer"],
    [
      "has a sign-in page of another kind",
      (metadata: object) => ({ ...metadata, authorization_endpoint: "http://evil.example/" }),
      "https",
    ],
    [
      "hides the host of its sign-in page behind a name",
      (metadata: object) => ({ ...metadata, authorization_endpoint: "https://good.example@evil.example/" }),
      "authorization_endpoint",
    ],
  ])("refuses an authorization server that %s", async (_, describe, words) => {
    const { idp, house } = await oauthWorld();
    idp.describe = describe as typeof idp.describe;
    const answer = await browserOf(await house.user("ann")).start("notes");
    expect(answer.body).toMatchObject({ code: "OAUTH_UNAVAILABLE" });
    expect(answer.body.message).toContain(words);
    expect(idp.requests.every(({ path }) => path.startsWith("/.well-known/"))).toBe(true);
  });

  it("goes without announced PKCE where the operator says so, and still sends it", async () => {
    const { idp, house } = await oauthWorld({ entry: { oauth: { skip_code_challenge_check: true } } });
    idp.describe = (metadata) => ({ ...metadata, code_challenge_methods_supported: undefined });
    const { body } = await browserOf(await house.user("ann")).start("notes");
    expect(new URL(body.authorizationUrl).searchParams.get("code_challenge_method")).toBe("S256");
  });

  it("asks the operator where a client can neither be described nor registered", async () => {
    const { idp, house } = await oauthWorld();
    idp.describe = (metadata) => ({ ...metadata, registration_endpoint: undefined });
    const ann = await house.user("ann");
    expect((await browserOf(ann).start("notes")).body.code).toBe("OAUTH_CLIENT_UNKNOWN");
    expect(await stateOf(ann)).toMatchObject({ state: "disconnected" });
  });

  it("shows a configured client's secret to its own issuer alone", async () => {
    const oauth = { issuer: "https://login.example", client_id: "us", client_secret: "canary-secret" };
    const { idp, house } = await oauthWorld({ entry: { oauth } });
    const answer = await browserOf(await house.user("ann")).start("notes");
    expect(answer.body.code).toBe("OAUTH_UNAVAILABLE");
    expect(answer.body.message).toContain("the client belongs to login.example");
    expect(JSON.stringify(idp.requests.map(({ params, headers }) => [[...params], headers]))).not.toContain("canary-secret");
  });

  it("gives `oauth_headers` to the server and written addresses, and to nobody they name", async () => {
    const { idp, server, house } = await oauthWorld({ entry: { oauth_headers: { "X-Tenant": "canary" } } });
    await signedIn(house, "ann");
    expect(idp.requests.flatMap(({ headers }) => headers["x-tenant"] ?? [])).toEqual([]);
    const asked = server.ledger.requests.filter(({ path }) => path.startsWith("/.well-known/"));
    expect(asked.map(({ headers }) => headers["x-tenant"])).toEqual(["canary"]);
    const known = await kept(startScriptedIdp());
    const oauth = {
      authorization_url: `${known.origin}/authorize`,
      token_url: `${known.origin}/token`,
      client_id: "us",
      client_secret: "secret",
      audience: "api://notes",
    };
    const fixed = await oauthWorld({ entry: { oauth_headers: { "X-Tenant": "canary" }, oauth } });
    const browser = browserOf(await fixed.house.user("ann"));
    const { body } = await browser.start("notes");
    expect(new URL(body.authorizationUrl).searchParams.get("audience")).toBe("api://notes");
    expect((await browser.back(await browser.consent(body.authorizationUrl))).body).toContain("Signed in to");
    const [post] = known.tokenPosts();
    expect(post?.headers["x-tenant"]).toBe("canary");
    expect(post?.params.get("audience")).toBeNull();
  });

  it("sends no token anywhere but to its own server, and never in an address", async () => {
    const { idp, server, house } = await oauthWorld();
    const other = await kept(startHttpServer());
    const { who } = await signedIn(house, "ann");
    await echo(who);
    const tokens = server.ledger.headerValues("authorization").filter((value) => value !== undefined);
    const [token] = tokens.map((value) => String(value).replace("Bearer ", ""));
    expect(token).toBeDefined();
    expect(other.ledger.requests).toEqual([]);
    expect(server.ledger.requests.map(({ path }) => path).join()).not.toContain(token);
    expect(idp.requests.map(({ headers }) => headers.authorization ?? "").join()).not.toContain(token);
    expect(house.log.join("\n")).not.toContain(token);
    const told = await Promise.all(
      ["/api/mcp/grants", "/api/mcp/connection/status", "/api/mcp/servers"].map((path) => who.ask("GET", path)),
    );
    expect(JSON.stringify(told.map(({ body }) => body))).not.toContain(token);
  });
});

describe("a server that refuses", () => {
  it.each([
    ["a bare 401", {}, {}, "OAUTH_REQUIRED"],
    ["a bare 401, where that is not to count", {}, { env: { MCP_OAUTH_ON_AUTH_ERROR: "false" } }, "CREDENTIALS_REFUSED"],
    ["a 401 that wants a password", { "www-authenticate": 'Basic realm="x"' }, {}, "CREDENTIALS_REFUSED"],
    [
      "a 401 to an API key",
      {},
      { entry: { apiKey: { source: "admin", authorization_type: "bearer", key: "k" } } },
      "CREDENTIALS_REFUSED",
    ],
    ["a 401 although it is to have no sign-in", {}, { entry: { requiresOAuth: false } }, "CREDENTIALS_REFUSED"],
    [
      "a 401 with a hint, whatever else is set",
      { "www-authenticate": 'Bearer resource_metadata="/"' },
      { env: { MCP_OAUTH_ON_AUTH_ERROR: "false" } },
      "OAUTH_REQUIRED",
    ],
  ])("%s is told as what it is", async (_, headers, options, code) => {
    const { server, house } = await oauthWorld(options as object);
    server.refuse = (_scopes, response) => void response.writeHead(401, headers as Record<string, string>).end();
    const ann = await house.user("ann");
    expect((await echo(ann)).body.code).toBe(code);
    const start = await browserOf(ann).start("notes");
    const hasNoSignIn = JSON.stringify(options).includes("apiKey") || JSON.stringify(options).includes("requiresOAuth");
    if (hasNoSignIn) expect(start.body.code).toBe("OAUTH_NOT_USED");
  });

  it("is not even asked before a person has signed in, where it is known that they must", async () => {
    const { server, house } = await oauthWorld({ entry: { requiresOAuth: true } });
    server.admits = () => true;
    const ann = await house.user("ann");
    expect((await echo(ann)).body.code).toBe("OAUTH_REQUIRED");
    expect(server.ledger.requests).toEqual([]);
    expect((await ann.ask("GET", "/api/mcp/servers/notes")).body.requiresOAuth).toBe(true);
    await signedIn(house, "ann");
    expect((await echo(ann)).status).toBe(200);
  });

  it.each([
    ["alone", ""],
    ["behind another scheme", 'Basic realm="notes, scope=all", '],
  ])("wants more allowed, %s: the call says so, and the next sign-in asks for old and new together", async (_, before) => {
    const { idp, server, house } = await oauthWorld({ entry: { oauth: { scope: "notes:read" } } });
    const { who, browser } = await signedIn(house, "ann");
    await echo(who);
    server.admits = (scopes, request) => scopes !== null && (request.method !== "POST" || scopes.includes("notes:write"));
    const challenge = `${before}Bearer error="insufficient_scope", scope="notes:write"`;
    server.refuse = (_, response) => void response.writeHead(403, { "www-authenticate": challenge }).end();
    const answer = await echo(who);
    expect(answer.body).toMatchObject({ code: "OAUTH_SCOPE_REQUIRED", signInUrl: `${house.url}/?sign-in=notes` });
    expect((await stateOf(who)).state).toBe("connected");
    const { body } = await browser.start("notes");
    expect(new URL(body.authorizationUrl).searchParams.get("scope")?.split(" ").sort()).toEqual(["notes:read", "notes:write"]);
    await browser.back(await browser.consent(body.authorizationUrl));
    await expect.poll(async () => (await echo(who)).status).toBe(200);
    expect(server.ledger.callsOf("echo").length).toBe(2);
    expect(idp.tokenPosts("refresh_token")).toEqual([]);
  });
});
