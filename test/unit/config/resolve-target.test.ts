// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how the environment is written in a file
import { describe, expect, it } from "vitest";
import { resolveTarget } from "../../../config/templates/resolve-target.ts";
import type { ResolveContext } from "../../../config/templates/resolved.ts";
import { serverX } from "./load.ts";

const VARS = "customUserVars: {K: {title: k, description: k}, B: {title: b, description: b}, HOST: {title: h, description: h}}";
const context = (extra: Partial<ResolveContext> = {}): ResolveContext => ({ env: {}, userVars: {}, user: {}, ...extra });

function headers(written: string, extra: Partial<ResolveContext>, mode: "refuse" | "keep" = "refuse") {
  const resolved = resolveTarget(serverX(`url: https://a.example/sse\n${VARS}\nheaders: ${written}`), context(extra), mode);
  return resolved.ok && resolved.target.kind !== "stdio" ? resolved.target.headers : resolved;
}

function url(written: string, extra: Partial<ResolveContext>) {
  const resolved = resolveTarget(serverX(`type: streamable-http\nurl: "${written}"\n${VARS}`), context(extra), "refuse");
  return resolved.ok && resolved.target.kind !== "stdio" ? resolved.target.url : "refused";
}

describe("resolving a server for a user", () => {
  it("ENV-03 ENV-04: inserts a value once and never reads it again", () => {
    const env = { JWT_SECRET: "CANARY", API: "CANARY" };
    expect(headers('{A: "Bearer {{K}}"}', { env, userVars: { K: "${JWT_SECRET}${API}" } })).toEqual({
      A: "Bearer ${JWT_SECRET}${API}",
    });
    const user = { email: "ann@example.com" };
    for (const userVars of [
      { K: "{{B}}", B: "secret-b" },
      { B: "secret-b", K: "{{B}}" },
    ]) {
      expect(headers('{X: "{{K}}", Y: "{{B}}"}', { userVars, user })).toEqual({ X: "{{B}}", Y: "secret-b" });
    }
    expect(headers('{X: "{{K}}"}', { userVars: { K: "{{LIBRECHAT_USER_EMAIL}}" }, user })).toEqual({
      X: "{{LIBRECHAT_USER_EMAIL}}",
    });
    expect(headers('{X: "{{K}}"}', { userVars: { K: "a$&b$$" } })).toEqual({ X: "a$&b$$" });
  });

  it("ENV-13: names what is missing and sends nothing", () => {
    expect(headers('{A: "Bearer {{K}}"}', {})).toEqual({
      ok: false,
      failures: [{ reason: "missing", family: "userVar", name: "K", field: "headers.A" }],
    });
    expect(headers('{A: "{{K}}"}', { userVars: { K: "  " } })).toMatchObject({ ok: false });
    expect(headers('{A: "{{LIBRECHAT_USER_NAME}}"}', { user: { name: null } })).toMatchObject({ ok: false });
    expect(headers('{A: "${NOPE}"}', { env: { NOPE: "" } })).toMatchObject({
      ok: false,
      failures: [{ family: "env", name: "NOPE" }],
    });
    expect(headers('{A: "{{LIBRECHAT_BODY_MESSAGEID}}"}', {})).toMatchObject({ ok: false, failures: [{ family: "body" }] });
  });

  it("keeps LibreChat's literal text where the operator asked for it", () => {
    expect(headers('{A: "Bearer {{K}} ${NOPE}"}', {}, "keep")).toEqual({ A: "Bearer {{K}} ${NOPE}" });
    const body = 'url: https://a.example\nheaders: {A: "${MONGO_URI}"}';
    const server = serverX(body, {}, "mcpSettings: {unresolvedPlaceholders: keep}");
    const resolved = resolveTarget(server, context({ env: { MONGO_URI: "CANARY" } }), "keep");
    expect(resolved).toMatchObject({ target: { headers: { A: "${MONGO_URI}" } } });
  });

  it("HDR-01 HDR-02 HDR-07: no value breaks out of its header", () => {
    for (const K of ["a\r\nX-Admin: 1", "a\nX: 1", "a\rX", "a\0b"]) {
      expect(headers('{A: "{{K}}"}', { userVars: { K } })).toMatchObject({
        ok: false,
        failures: [{ reason: "notSendable", name: "K" }],
      });
    }
    expect(headers('{A: "{{K}}"}', { userVars: { K: "\u560d\u560aX: 1" } })).toEqual({ A: "b64:5ZiN5ZiKWDogMQ==" });
    expect(headers('{A: "{{LIBRECHAT_USER_NAME}}"}', { user: { name: "Zoë" } })).toEqual({ A: "Zoë" });
    expect(headers('{A: "{{LIBRECHAT_USER_NAME}}"}', { user: { name: "🔑" } })).toEqual({ A: "b64:8J+UkQ==" });
  });

  it("TPL-10: sends no oversized value", () => {
    expect(headers('{A: "{{K}}"}', { userVars: { K: "x".repeat(64 * 1024) } })).toMatchObject({ ok: false });
    for (const mode of ["refuse", "keep"] as const) {
      const thrice = headers('{A: "{{K}}{{K}}{{K}}"}', { userVars: { K: "x".repeat(4_000) } }, mode);
      expect(thrice).toMatchObject({ ok: false, failures: [{ reason: "notSendable", name: "A", field: "headers.A" }] });
      expect(headers('{A: "{{K}}{{K}}"}', { userVars: { K: "x".repeat(4_000) } }, mode)).toEqual({ A: "x".repeat(8_000) });
    }
    expect(headers(`{A: "${"x".repeat(8_193)}"}`, {})).toMatchObject({ ok: false });
    const openid = { accessToken: "x".repeat(32 * 1024) };
    expect(headers('{A: "Bearer {{LIBRECHAT_OPENID_TOKEN}}"}', { openid })).toEqual({ A: `Bearer ${openid.accessToken}` });
    expect(headers('{A: "{{LIBRECHAT_OPENID_TOKEN}}{{LIBRECHAT_OPENID_TOKEN}}"}', { openid })).toMatchObject({ ok: false });
  });

  it("ENV-15: a value in the place of the host cannot move it or bring credentials", () => {
    expect(url("https://{{HOST}}/mcp", { userVars: { HOST: "good.example:8443" } })).toBe("https://good.example:8443/mcp");
    for (const HOST of [
      "a@evil.example",
      "good.example#",
      "good.example\\@evil.example",
      "good.example/x",
      "good example",
      "good.example?x",
    ]) {
      expect(url("https://{{HOST}}/mcp", { userVars: { HOST } }), HOST).toBe("refused");
    }
    expect(url("{{HOST}}", { userVars: { HOST: "file:///etc/passwd" } })).toBe("refused");
    expect(url("{{HOST}}", { userVars: { HOST: "https://u:p@a.example/" } })).toBe("refused");
  });

  it("ENV-16: a value in a path stays one segment of it", () => {
    const at = (K: string) => url("https://a.example/users/{{K}}/mcp", { userVars: { K } });
    expect(at("../../admin")).toBe("https://a.example/users/..%2F..%2Fadmin/mcp");
    expect(at("a?x=1")).toBe("https://a.example/users/a%3Fx%3D1/mcp");
    expect(at("a%2f..")).toBe("https://a.example/users/a%252f../mcp");
    for (const K of [".", "..", "a\nb"]) expect(at(K), K).toBe("refused");
    expect(url("https://a.example/.{{K}}/mcp", { userVars: { K: "." } })).toBe("refused");
  });

  it("ENV-17: a value in a query stays one value of it", () => {
    const made = url("https://a.example/mcp?u={{LIBRECHAT_USER_ID}}&k={{K}}", {
      userVars: { K: "x&admin=true#y" },
      user: { id: "u 1" },
    });
    expect([...new URL(made).searchParams]).toEqual([
      ["u", "u 1"],
      ["k", "x&admin=true#y"],
    ]);
    expect(new URL(made).hash).toBe("");
  });

  it("inserts what the operator's environment holds as if it stood in the file", () => {
    const server = serverX("type: sse\nurl: ${BASE}/v1?${QUERY}", { BASE: "https://a.example/x", QUERY: "a=1&b=2" });
    const resolved = resolveTarget(server, context({ env: { BASE: "https://a.example/x", QUERY: "a=1&b=2" } }), "refuse");
    expect(resolved).toMatchObject({ target: { url: "https://a.example/x/v1?a=1&b=2" } });
  });

  it("hands arguments and environment over as they are, one value one item", () => {
    const server = serverX(`command: node\nargs: ["--k", "{{K}}"]\nenv: {PEM: "{{B}}"}\n${VARS}`);
    const userVars = { K: "a b; rm -rf / --x", B: "line 1\nline 2", HOST: "h" };
    expect(resolveTarget(server, context({ userVars }), "refuse")).toMatchObject({
      target: { args: ["--k", "a b; rm -rf / --x"], env: { PEM: "line 1\nline 2" } },
    });
    expect(resolveTarget(server, context({ userVars: { ...userVars, K: "a\0" } }), "refuse")).toMatchObject({ ok: false });
  });

  it("lets nobody but the operator begin an argument with a dash", () => {
    const filled = (args: string, more: Partial<ResolveContext>) =>
      resolveTarget(
        serverX(`command: node\nargs: [${args}]\n${VARS}`, { OWN: "--own" }),
        context({ env: { OWN: "--own" }, ...more }),
        "refuse",
      );
    const dashed = { userVars: { K: "--require=/tmp/evil.js", B: "b", HOST: "h" } };
    expect(filled('"{{K}}"', dashed)).toMatchObject({
      ok: false,
      failures: [{ reason: "notSendable", name: "K", field: "args.0" }],
    });
    expect(filled('"${OWN}", "--k={{K}}", "a{{K}}"', dashed)).toMatchObject({
      target: { args: ["--own", "--k=--require=/tmp/evil.js", "a--require=/tmp/evil.js"] },
    });
    expect(filled('"{{K}}"', { userVars: { ...dashed.userVars, K: "a-b" } })).toMatchObject({ target: { args: ["a-b"] } });
  });

  it("lays request headers over the others for calls from a chat, in any case of their names", () => {
    const server = serverX(
      'url: https://a.example\nheaders: {x-run: none, A: a}\nrequestHeaders: {X-Run: "{{LIBRECHAT_BODY_CONVERSATIONID}}"}',
    );
    expect(resolveTarget(server, context(), "refuse")).toMatchObject({ target: { headers: { "x-run": "none", A: "a" } } });
    const inChat = resolveTarget(server, context({ body: { conversationId: "c1" } }), "refuse", "request");
    expect(inChat).toMatchObject({ target: { headers: { A: "a", "X-Run": "c1" } } });
  });

  it("asks for a new sign-in when an OpenID token is over, in either mode", () => {
    const openid = { accessToken: "AT", expiresAt: 1_000 };
    for (const mode of ["refuse", "keep"] as const) {
      expect(headers('{A: "{{LIBRECHAT_OPENID_TOKEN}}"}', { openid, now: 980_000 }, mode)).toMatchObject({
        failures: [{ reason: "signInExpired" }],
      });
    }
    expect(headers('{A: "{{LIBRECHAT_OPENID_TOKEN}}"}', { openid, now: 960_000 })).toEqual({ A: "AT" });
  });

  it("gives an API key the place of a configured header, and asks users for theirs", () => {
    const admin = serverX(
      "url: https://a.example\nheaders: {authorization: old}\napiKey: {source: admin, authorization_type: bearer, key: k1}",
    );
    expect(resolveTarget(admin, context(), "refuse")).toMatchObject({ target: { headers: { Authorization: "Bearer k1" } } });
    const user = serverX("url: https://a.example\napiKey: {source: user, authorization_type: custom}");
    expect(Object.keys(user.userVars)).toEqual(["MCP_API_KEY"]);
    expect(resolveTarget(user, context({ userVars: { MCP_API_KEY: "mine" } }), "refuse")).toMatchObject({
      target: { headers: { "X-Api-Key": "mine" } },
    });
  });
});
