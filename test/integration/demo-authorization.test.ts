import { createHash, randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type Diary, startDiary } from "../servers/diary.ts";
import { kept } from "../support/clean-up.ts";
import { pageVisitor } from "../support/page-visitor.ts";

const BACK = "http://127.0.0.1:9/back";
const DOCUMENT = "https://client.example/about.json";

interface Tokens {
  access_token: string;
  refresh_token: string;
  expires_in: number;
  scope: string;
  error?: string;
}

async function post(diary: Diary, path: string, form: Record<string, string>): Promise<{ status: number; body: Tokens }> {
  const answer = await fetch(`${diary.origin}${path}`, { method: "POST", body: new URLSearchParams(form) });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith("{") ? JSON.parse(text) : null };
}

async function registered(diary: Diary): Promise<string> {
  const about = {
    redirect_uris: [BACK],
    token_endpoint_auth_method: "none",
    grant_types: ["authorization_code", "refresh_token"],
  };
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${diary.origin}/reg`, { method: "POST", headers, body: JSON.stringify(about) });
  return ((await answer.json()) as { client_id: string }).client_id;
}

const verifier = randomBytes(32).toString("base64url");
const proof = { code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256" };

/** Where the browser ends up. `changes`: an empty text takes a parameter away. */
async function authorized(diary: Diary, clientId: string, changes: Record<string, string> = {}): Promise<URL> {
  const wanted = {
    client_id: clientId,
    response_type: "code",
    redirect_uri: BACK,
    state: "s",
    scope: "diary:read",
    resource: diary.url,
  };
  const params = Object.entries({ ...wanted, ...proof, ...changes }).filter(([, value]) => value !== "");
  const visitor = pageVisitor({ stopAt: (url) => url.href.startsWith(BACK) });
  let page = await visitor.open(`${diary.origin}/auth?${new URLSearchParams(params)}`);
  if (page.html.includes("Continue as")) page = await visitor.press(page, "person", "ann");
  if (page.html.includes('value="allow"')) page = await visitor.press(page, "answer", "allow");
  return page.url;
}

async function exchanged(diary: Diary, clientId: string) {
  const code = (await authorized(diary, clientId)).searchParams.get("code") ?? "";
  return post(diary, "/token", {
    grant_type: "authorization_code",
    client_id: clientId,
    code,
    redirect_uri: BACK,
    code_verifier: verifier,
  });
}

const refreshed = (diary: Diary, clientId: string, token: string) =>
  post(diary, "/token", { grant_type: "refresh_token", client_id: clientId, refresh_token: token });

async function hello(diary: Diary, token: string): Promise<number> {
  const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  const headers = {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    authorization: `Bearer ${token}`,
  };
  return (await fetch(diary.url, { method: "POST", headers, body })).status;
}

describe("the demo authorization server", () => {
  it("describes itself: PKCE, registration, metadata documents, iss, revocation", async () => {
    const diary = await kept(startDiary());
    const metadata = await (await fetch(`${diary.origin}/.well-known/oauth-authorization-server`)).json();
    expect(metadata).toMatchObject({
      issuer: diary.origin,
      code_challenge_methods_supported: ["S256"],
      registration_endpoint: `${diary.origin}/reg`,
      revocation_endpoint: `${diary.origin}/token/revocation`,
      client_id_metadata_document_supported: true,
      authorization_response_iss_parameter_supported: true,
    });
  });

  it.each([
    ["no PKCE", { code_challenge: "", code_challenge_method: "" }, "invalid_request"],
    ["plain PKCE", { code_challenge_method: "plain" }, "invalid_request"],
    ["tokens for another server", { resource: "https://other.example/mcp" }, "invalid_target"],
  ])("refuses %s", async (_what, changes, error) => {
    const diary = await kept(startDiary());
    const back = await authorized(diary, await registered(diary), changes);
    expect(back.searchParams.get("error")).toBe(error);
    expect(back.searchParams.get("iss")).toBe(diary.origin);
  });

  it("shows no address it was not told beforehand a code", async () => {
    const diary = await kept(startDiary());
    const page = await authorized(diary, await registered(diary), { redirect_uri: "http://127.0.0.1:9/other" });
    expect(page.origin).toBe(diary.origin);
  });

  it("gives every refresh token for one use; one shown twice ends the whole sign-in", async () => {
    const diary = await kept(startDiary());
    const clientId = await registered(diary);
    const { body: first } = await exchanged(diary, clientId);
    const { body: second } = await refreshed(diary, clientId, first.refresh_token);
    expect(await hello(diary, second.access_token)).toBe(200);
    expect((await refreshed(diary, clientId, first.refresh_token)).body.error).toBe("invalid_grant");
    expect((await refreshed(diary, clientId, second.refresh_token)).body.error).toBe("invalid_grant");
    expect(await hello(diary, second.access_token)).toBe(401);
  });

  it("lets tokens live as long as was said when each was made", async () => {
    const diary = await kept(startDiary());
    const clientId = await registered(diary);
    const { body: long } = await exchanged(diary, clientId);
    diary.tokenSeconds = 1;
    const { body: short } = await refreshed(diary, clientId, long.refresh_token);
    expect([long.expires_in, short.expires_in]).toEqual([3600, 1]);
    await expect.poll(() => hello(diary, short.access_token), { timeout: 4_000, interval: 300 }).toBe(401);
    expect(await hello(diary, long.access_token)).toBe(200);
  });

  it("forgets what was revoked", async () => {
    const diary = await kept(startDiary());
    const clientId = await registered(diary);
    const { body: tokens } = await exchanged(diary, clientId);
    expect((await post(diary, "/token/revocation", { client_id: clientId, token: tokens.refresh_token })).status).toBe(200);
    expect(await hello(diary, tokens.access_token)).toBe(401);
    expect((await refreshed(diary, clientId, tokens.refresh_token)).body.error).toBe("invalid_grant");
  });

  it("knows a client by the document at its address", async () => {
    const about = { client_id: DOCUMENT, client_name: "Read me", redirect_uris: [BACK], token_endpoint_auth_method: "none" };
    const asked: string[] = [];
    const diary = await kept(
      startDiary({
        fetch: async (input) => {
          asked.push(String(input instanceof Request ? input.url : input));
          return Response.json(about);
        },
      }),
    );
    const { status, body } = await exchanged(diary, DOCUMENT);
    expect(status).toBe(200);
    expect(await hello(diary, body.access_token)).toBe(200);
    expect(asked).toEqual([DOCUMENT]);
  });

  it("lets programs in with credentials of their own", async () => {
    const program = {
      client_id: "robot",
      client_secret: "s".repeat(32),
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
    };
    const diary = await kept(startDiary({ clients: [{ ...program, token_endpoint_auth_method: "client_secret_post" }] }));
    const wanted = { grant_type: "client_credentials", scope: "diary:read", resource: diary.url };
    const { body } = await post(diary, "/token", { ...wanted, client_id: "robot", client_secret: program.client_secret });
    expect(body.scope).toBe("diary:read");
    expect(await hello(diary, body.access_token)).toBe(200);
    expect((await post(diary, "/token", { ...wanted, client_id: "robot", client_secret: "wrong" })).status).toBe(401);
  });

  it("refuses other pages and other names", async () => {
    const diary = await kept(startDiary());
    expect((await fetch(`${diary.origin}/token`, { method: "POST", headers: { origin: "http://evil.example" } })).status).toBe(
      403,
    );
    expect(
      (await fetch(diary.url.replace("127.0.0.1", "localhost"), { method: "POST" }).catch(() => ({ status: 403 }))).status,
    ).toBe(403);
    expect(await hello(diary, "made-up")).toBe(401);
  });

  it("fails in every way a test asks for", async () => {
    const diary = await kept(startDiary());
    diary.instead.set("/token", (_, response) => {
      response.writeHead(500).end();
      return true;
    });
    expect((await post(diary, "/token", {})).status).toBe(500);
    diary.instead.clear();
    expect((await post(diary, "/token", {})).status).toBe(400);
    expect(diary.count("POST", "/token")).toBe(2);
  });
});
