import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateUserServer } from "../../../config/user-server.ts";

const TYPES = ["streamable-http", "http", "sse", "websocket", undefined];
const check = (url: string, type?: string) => validateUserServer({ title: "Mine", url, ...(type === undefined ? {} : { type }) });

describe("the address of a connector", () => {
  it("[SSRF-16] has a scheme of the web, and that of its own kind", () => {
    const foreign = `file:///etc/passwd ftp://a.example/x gopher://a.example/_x unix:/var/run/docker.sock data:text/plain,x
      blob:https://a.example/1 javascript:alert(1) http+unix://%2fvar%2frun%2fdocker.sock/x unix+http://x/ ldap://a.example dict://a.example
      jar:http://a.example!/ about:blank mailto:a@a.example tel:1 ssh://a.example vbscript:x view-source:http://a.example
      filesystem:http://a.example/x intent://a.example chrome://settings ms-settings:x //a.example/mcp a.example/mcp /mcp ? http: https://`;
    for (const url of foreign.split(/\s+/)) {
      for (const type of TYPES) expect([url, type, check(url, type).ok]).toEqual([url, type, false]);
      for (const type of TYPES) expect([url, type, check(url.toUpperCase(), type).ok]).toEqual([url, type, false]);
    }
    for (const url of ["ws://a.example/x", "wss://a.example/x"])
      for (const type of ["streamable-http", "http", "sse"]) expect([url, type, check(url, type).ok]).toEqual([url, type, false]);
    for (const url of ["https://a.example/mcp", "http://a.example/mcp", "HTTPS://A.example/mcp"])
      for (const type of ["streamable-http", "sse"]) expect([url, type, check(url, type).ok]).toEqual([url, type, true]);
    expect(check("https://a.example/mcp", "websocket").ok).toBe(false);
  });

  it("[SSRF-16] is never of any other scheme, whoever makes it up", () => {
    const scheme = fc.stringMatching(/^[a-z][a-z0-9+.-]{0,12}$/).filter((each) => !/^(https?|wss?)$/.test(each));
    const rest = fc.constantFrom(
      "://a.example/mcp",
      ":a.example",
      ":/a.example",
      ":///etc/passwd",
      "://127.0.0.1:1/",
      ":\\\\a.example\\x",
    );
    fc.assert(
      fc.property(
        scheme,
        rest,
        fc.constantFrom(...TYPES),
        fc.constantFrom("", " ", "\t", "\u0000", "\n"),
        (name, tail, type, before) => {
          expect(check(before + name + tail, type).ok).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("is written as it is read: what is entered for it is bound to the very origin that is asked", () => {
    const before = fc.constantFrom("", "", "", " ", "\t", "\u0000", "\u0085", "\u00a0", "\ufeff");
    const scheme = fc.constantFrom("http", "https", "HTTP", "h\nttp", "ht\ttps");
    const between = fc.constantFrom("://", "://", "://", ":", ":/", ":///", ":////", ":\\\\", "://\\", ":\n//", ":/\\");
    const host = fc.constantFrom("a.example", "A.Example:8080", "a.exa\nmple", "\uff41.example", "a.example.", "127.1");
    const rest = fc.constantFrom("", "/", "/mcp", "\\mcp", "/m\tcp", "?x", "/mcp ", "/mcp\u0000");
    let taken = 0;
    fc.assert(
      fc.property(before, scheme, between, host, rest, fc.constantFrom("sse", "streamable-http"), (...parts) => {
        const type = parts.pop();
        const url = parts.join("");
        const checked = check(url, type);
        if (!checked.ok) return;
        taken += 1;
        expect([url, checked.server.credentialOrigin]).toEqual([url, new URL(url).origin]);
        expect(url).toMatch(/^https?:\/\/[^/\\]/i);
      }),
      { numRuns: 3_000 },
    );
    expect(taken).toBeGreaterThan(20);
  });

  it("[SSRF-16] of its sign-in has a scheme of the web as well", () => {
    for (const key of ["authorization_url", "token_url", "revocation_endpoint"]) {
      for (const url of [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://a.example/",
        "data:text/html,x",
        "ws://a.example/",
      ]) {
        const checked = validateUserServer({ title: "Mine", type: "sse", url: "https://a.example/", oauth: { [key]: url } });
        expect([key, url, checked.ok]).toEqual([key, url, false]);
      }
    }
  });

  it("[SSRF-23] says nothing of who is believed there: that is for the operator's process", () => {
    for (const key of ["ca", "rejectUnauthorized", "insecure", "tls", "skipTlsVerify", "cert", "agent", "dispatcher"]) {
      const checked = validateUserServer({ title: "Mine", type: "sse", url: "https://a.example/", [key]: false });
      expect([key, checked.ok && JSON.stringify(checked.server).includes(`"${key}"`)]).toEqual([key, false]);
    }
  });

  it("carries no user and no password, and is no text with a placeholder for its host", () => {
    for (const url of [
      "https://user:pass@a.example/mcp",
      "https://user@a.example/mcp",
      "https://:pass@a.example/mcp",
      "https://a.example%40127.0.0.1@b.example/",
      "http://[fe80::1%25eth0]/mcp",
      "http://[fe80::1%eth0]/mcp",
      "http://256.256.256.256/mcp",
      "http://0x100000000/mcp",
      "http://a.example:99999/mcp",
      "https://${HOST}/mcp",
    ])
      expect([url, check(url, "streamable-http").ok]).toEqual([url, false]);
  });
});
