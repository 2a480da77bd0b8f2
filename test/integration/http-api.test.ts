import { once } from "node:events";
import { get } from "node:http";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ERROR_CODES } from "../../schemas/error-codes.ts";
import { openApiDocument } from "../../schemas/openapi.ts";
import type { RouteSpec } from "../../schemas/routes/route-spec.ts";
import { ROUTES } from "../../schemas/routes/routes.ts";
import { cookieOf, PASSWORD, type RunningHouse, startHouse } from "../support/house.ts";

let house: RunningHouse;
beforeAll(async () => {
  house = await startHouse({ away: { type: "streamable-http", url: "http://127.0.0.1:1/mcp", startup: false } });
});
afterAll(() => house.close());

const routes = Object.entries<RouteSpec>(ROUTES);
const filled = (path: string) => path.replace(/:\w+/g, "away");

describe("the API", () => {
  it("makes the first account once, with the link's token", async () => {
    expect((await house.anonymous.ask("GET", "/api/setup")).body).toEqual({ needed: true });
    const account = { email: "x@example.org", name: "X", password: PASSWORD };
    const refused = await house.anonymous.ask("POST", "/api/setup", { ...account, token: "guess" });
    expect([refused.status, refused.body.code]).toEqual([403, "SETUP_TOKEN_REFUSED"]);
    await house.admin();
    expect((await house.anonymous.ask("GET", "/api/setup")).body).toEqual({ needed: false });
    const late = await house.anonymous.ask("POST", "/api/setup", { ...account, token: "guess" });
    expect(late.body.code).toBe("SETUP_CLOSED");
  });

  it("signs in with an HttpOnly cookie, signs out, and refuses a wrong password in the same words as an unknown e-mail", async () => {
    await house.user("ann");
    const signIn = (email: string, password: string) => house.anonymous.ask("POST", "/api/auth/sign-in", { email, password });
    const answer = await signIn("ann@example.org", PASSWORD);
    expect(answer.headers.getSetCookie()[0]).toMatch(/HttpOnly/);
    expect(answer.headers.getSetCookie()[0]).toMatch(/SameSite=Lax/);
    const [wrong, unknown] = [
      await signIn("ann@example.org", "not this one"),
      await signIn("nobody@example.org", "not this one"),
    ];
    expect([wrong.status, wrong.body.code, wrong.body.message]).toEqual([401, unknown.body.code, unknown.body.message]);
    const cookie = cookieOf(answer);
    expect((await house.anonymous.ask("GET", "/api/auth/me", undefined, { cookie })).body.user.email).toBe("ann@example.org");
    await house.anonymous.ask("POST", "/api/auth/sign-out", undefined, { cookie });
    expect((await house.anonymous.ask("GET", "/api/auth/me", undefined, { cookie })).status).toBe(401);
  });

  it("lets programs in by an API key, and no further than its owner", async () => {
    const user = await house.user("kay");
    const { body } = await user.ask("POST", "/api/keys", { name: "script", expiresInDays: 1 });
    const key = { authorization: `Bearer ${body.secret}` };
    expect((await house.anonymous.ask("GET", "/api/auth/me", undefined, key)).body.user.email).toBe("kay@example.org");
    expect((await house.anonymous.ask("GET", "/api/users", undefined, key)).body.code).toBe("ADMIN_REQUIRED");
    expect(JSON.stringify((await user.ask("GET", "/api/keys")).body)).not.toContain(body.secret);
    await user.ask("DELETE", `/api/keys/${body.key.id}`);
    expect((await house.anonymous.ask("GET", "/api/auth/me", undefined, key)).status).toBe(401);
  });

  it.each(routes.filter(([, { auth }]) => auth !== "public"))("asks who it is: %s", async (_, { method, path }) => {
    const answer = await house.anonymous.ask(method, filled(path), method === "GET" || method === "DELETE" ? undefined : {});
    expect([answer.status, answer.body.code]).toEqual([401, "SIGN_IN_REQUIRED"]);
  });

  it.each(routes.filter(([, { auth }]) => auth === "admin"))("is for admins: %s", async (_, { method, path }) => {
    const user = await house.user("plain");
    const answer = await user.ask(method, filled(path), method === "GET" || method === "DELETE" ? undefined : {});
    expect([answer.status, answer.body.code]).toEqual([403, "ADMIN_REQUIRED"]);
  });

  it("refuses a change that another page's browser sends, and lets our own through", async () => {
    const admin = await house.admin();
    const from = (headers: Record<string, string>) => admin.ask("POST", "/api/mcp/away/disconnect", undefined, headers);
    expect((await from({ origin: "https://evil.example" })).body.code).toBe("ORIGIN_REFUSED");
    expect((await from({ origin: "null" })).body.code).toBe("ORIGIN_REFUSED");
    expect((await from({ "sec-fetch-site": "cross-site" })).body.code).toBe("ORIGIN_REFUSED");
    expect((await from({ origin: house.url })).status).toBe(200);
  });

  it("answers what it does not know with a code, never with a stack", async () => {
    const admin = await house.admin();
    const unknown = await admin.ask("GET", "/api/nothing/here");
    expect([unknown.status, unknown.body.code]).toEqual([404, "ROUTE_UNKNOWN"]);
    expect((await admin.ask("POST", "/api/mcp/ghost/connect")).body.code).toBe("SERVER_UNKNOWN");
    expect((await admin.ask("GET", "/api/mcp/servers/%E0%A4%A")).status).toBe(400);
    for (const { body } of [unknown]) expect(JSON.stringify(body)).not.toMatch(/\bat \S+ \(|node_modules/);
  });

  it("answers a program that would rather speak HTTP/2", async () => {
    const headers = { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAMAAABkAAQAoAAAAAIAAAAA" };
    const [answer] = await once(get(`${house.url}/health/live`, { headers }), "response");
    expect(answer.statusCode).toBe(200);
    answer.resume();
  });

  it("tells the size limit apart", async () => {
    const answer = await (await house.admin()).ask("POST", "/api/users", { email: "x".repeat(300_000) });
    expect([answer.status, answer.body.code]).toEqual([413, "REQUEST_TOO_LARGE"]);
  });

  it("never answers 500, whatever the body", async () => {
    const admin = await house.admin();
    const posts = routes.filter(([name, { method, body }]) => method !== "GET" && body !== undefined && name !== "setup");
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(
        '{"__proto__":{"role":"ADMIN"}}',
        "[",
        "null",
        "true",
        '{"email":{"$ne":null}}',
        '{"auth":{"__proto__":"x"}}',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...posts), bodies, async ([, { method, path }], body) => {
        const { status } = await admin.ask(method, filled(path), body);
        expect(status).not.toBe(500);
      }),
      { numRuns: 150 },
    );
    expect((await admin.ask("GET", "/health/live")).status).toBe(200);
  });

  it("says who is wrong in a body, field by field, without repeating what was sent", async () => {
    const { body } = await (await house.admin()).ask("POST", "/api/users", {
      email: "no mail",
      name: "x",
      role: "KING",
      password: "hunter2",
    });
    expect(body.details.map(({ path }: { path: string }) => path).sort()).toEqual(["/email", "/role"]);
    expect(JSON.stringify(body)).not.toContain("hunter2");
  });

  it("stores nothing in caches and sends strict headers", async () => {
    const { headers } = await house.anonymous.ask("GET", "/api/setup");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(headers.get("x-powered-by")).toBeNull();
  });

  it("makes no page of a call's answer, for anybody", async () => {
    const { headers } = await house.anonymous.ask("POST", "/api/mcp/notes/tools/echo/call", {});
    expect(headers.get("content-security-policy")).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("describes itself: every route, every code known", async () => {
    const { body } = await house.anonymous.ask("GET", "/api/openapi.json");
    const described = Object.entries<Record<string, unknown>>(body.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.sort()).toEqual(routes.map(([, { method, path }]) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`).sort());
    for (const [, { errors }] of routes) for (const code of errors) expect(ERROR_CODES).toHaveProperty(code);
    expect(body.openapi).toBe("3.1.0");
    const names = [...JSON.stringify(openApiDocument("0")).matchAll(/#\/components\/schemas\/(\w+)/g)].map(([, name]) => name);
    for (const name of names) expect(body.components.schemas).toHaveProperty([name as string]);
  });
});
