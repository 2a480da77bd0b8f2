// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what an attacker writes
import { describe, expect, it } from "vitest";
import { resolveTarget } from "../../../config/templates/resolve-target.ts";
import { validateUserServer, withoutForeignPlaceholders } from "../../../config/user-server.ts";
import { cpuMs } from "./cpu-time.ts";

const URL = "https://a.example/mcp";
const http = { type: "streamable-http", url: URL };
const refusedAt = (entry: unknown) => {
  const checked = validateUserServer(entry);
  return checked.ok ? [] : checked.problems.map(({ path }) => path);
};

describe("a connector made in the UI", () => {
  it.each([..."\u034f\u115f\u1160\u17b4\u180b\u3164\ufe0f\uffa0\u200b\u{13441}\u{e0100}"])(
    "[XSS-14] has no title with %j in it: it would look like another's",
    (character) => {
      expect(refusedAt({ ...http, title: `GitHub${character}` })).toContain("/title");
      expect(refusedAt({ ...http, title: "Zażółć gęślą 日本語 बात" })).toEqual([]);
    },
  );

  it("is never a program, in no spelling", () => {
    expect(refusedAt({ command: "sh", args: [] })).toEqual(["/command", "/args"]);
    expect(refusedAt({ type: "stdio", url: URL })).toContain("/type");
    expect(refusedAt({ ...http, command: "sh" })).toEqual(["/command"]);
    expect(refusedAt(Object.create({ command: "sh" }))).toEqual(["/url"]);
  });

  it("CVE-2026-32625: cannot read the environment in an address", () => {
    expect(refusedAt({ type: "sse", url: "https://x.example/?k=${JWT_SECRET}" })).toEqual(["/url"]);
    expect(refusedAt({ ...http, oauth: { token_url: "https://x.example/${A}" } })).toEqual(["/oauth/token_url"]);
  });

  it("ENV-02: sends environment references and other people's placeholders as the text they are", () => {
    const checked = validateUserServer({ ...http, headers: { "X-A": "${MONGO_URI}", "X-B": "{{LIBRECHAT_USER_EMAIL}}" } });
    if (!checked.ok) throw new Error("refused");
    const context = { env: { MONGO_URI: "CANARY" }, userVars: {}, user: { email: "ann@example.com" } };
    expect(resolveTarget(checked.server, context, "refuse")).toMatchObject({
      target: { headers: { "X-A": "${MONGO_URI}", "X-B": "{{LIBRECHAT_USER_EMAIL}}" } },
    });
    expect(withoutForeignPlaceholders(checked.entry)).toMatchObject({ headers: { "X-A": "", "X-B": "" } });
    expect(withoutForeignPlaceholders({ headers: { A: "Bearer {{MCP_API_KEY}}" } })).toEqual({
      headers: { A: "Bearer {{MCP_API_KEY}}" },
    });
  });

  it("TPL-07: is looked at within moments, whatever is in it", () => {
    const many = (text: string) => Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`X-${index}`, text]));
    const before = cpuMs();
    for (const sign of ["${", "{{", "{{a (", "{{ LIBRECHAT_USER_"]) {
      const checked = validateUserServer({ ...http, headers: many(sign.repeat(8_000 / sign.length)) });
      if (checked.ok) withoutForeignPlaceholders(checked.entry);
    }
    const keys = (text: string) => Object.fromEntries(Array.from({ length: 12_000 }, (_, index) => [`${text}${index}`, "a"]));
    expect(refusedAt({ ...http, ...keys("headerss") })).toEqual([""]);
    expect(refusedAt({ ...http, headers: keys("X-") })).toEqual([""]);
    expect(refusedAt({ ...http, oauth: keys("scop") })).toEqual([""]);
    expect(cpuMs() - before).toBeLessThan(300);
  });

  it("API-08: has no key that nobody knows", () => {
    expect(refusedAt({ ...http, role: "ADMIN", source: "yaml", trusted: true })).toEqual(["/role", "/source", "/trusted"]);
  });

  it("TPL-01: takes text for header values and nothing else", () => {
    const ast = {
      type: "Program",
      body: [{ type: "MustacheStatement", params: [{ type: "NumberLiteral", value: "process.exit()" }] }],
    };
    expect(refusedAt({ ...http, headers: { X: ast } })).toEqual(["/headers/X"]);
  });

  it("HDR-04 HDR-05 HDR-06: sets no header of the protocol, no header twice, no impossible one", () => {
    const names =
      "Host Content-Length Transfer-Encoding Connection Upgrade TE Trailer Proxy-Authorization Expect Mcp-Session-Id Mcp-Protocol-Version Accept Content-Type Last-Event-ID " +
      "Content-Encoding HTTP2-Settings DPoP Mcp-Param-Region Sec-WebSocket-Protocol sec-websocket-key";
    for (const name of [...names.split(" "), "X\r\nY", "X Y", "X:Y", "", "héader"]) {
      expect(refusedAt({ ...http, headers: { [name]: "a" } }), name).not.toEqual([]);
    }
    expect(refusedAt(JSON.parse(`{"type":"sse","url":"${URL}","headers":{"__proto__":"a"}}`))).not.toEqual([]);
    expect(refusedAt({ ...http, headers: { authorization: "a", Authorization: "b" } })).toEqual(["/headers/Authorization"]);
    expect(
      refusedAt({ ...http, apiKey: { source: "admin", authorization_type: "custom", custom_header: "Host", key: "k" } }),
    ).toEqual(["/apiKey/custom_header"]);
  });

  it("is not signed in for by another's token where there are no requests to carry one", () => {
    const obo = { scopes: "api://x/.default" };
    expect(refusedAt({ type: "websocket", url: "wss://a.example/mcp", obo })).toEqual(["/obo"]);
    expect(refusedAt({ ...http, obo })).toEqual([]);
  });

  it("drops what is the operator's to set, and refuses what would be dangerous", () => {
    const checked = validateUserServer({
      ...http,
      timeout: 1,
      startup: false,
      requiresOAuth: true,
      customUserVars: { A: { title: "a", description: "a" } },
    });
    expect(checked.ok && checked.entry).toEqual(http);
    expect(refusedAt({ ...http, proxy: "http://p.example" })).toEqual(["/proxy"]);
    expect(refusedAt({ ...http, oauth: { authorization_url: "https://as.example/?resource=x" } })).toEqual([
      "/oauth/authorization_url",
    ]);
    expect(refusedAt({ ...http, oauth: { send_resource_parameter: false } })).toEqual(["/oauth/send_resource_parameter"]);
  });

  it("answers to anything that is no object", () => {
    for (const value of [null, undefined, 1, "x", [], [http]]) expect(refusedAt(value)).toEqual([""]);
  });
});
