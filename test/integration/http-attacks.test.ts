import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RouteSpec } from "../../schemas/routes/route-spec.ts";
import { ROUTES } from "../../schemas/routes/routes.ts";
import { type Caller, cookieOf, PASSWORD, type RunningHouse, startHouse } from "../support/house.ts";

let house: RunningHouse;
let admin: Caller;
let ann: Caller;
beforeAll(async () => {
  const keyed = { customUserVars: { KEY: { title: "Key", description: "yours" } }, startup: false };
  house = await startHouse({ away: { type: "streamable-http", url: "http://127.0.0.1:1/mcp", ...keyed } });
  admin = await house.admin();
  ann = await house.user("ann");
});
afterAll(() => house.close());

const writing = Object.entries<RouteSpec>(ROUTES).filter(([, { body }]) => body !== undefined);
const filled = (path: string) => path.replace(/:\w+/g, "away");

interface Raw {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

/** A request whose path nobody tidies up on the way. */
function raw({
  method,
  path,
  headers,
  body,
}: Raw): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(house.url);
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on("error", reject).end(body);
  });
}

describe("who is asking", () => {
  it("[API-03] takes each proof through its own channel only", async () => {
    const token = ann.cookie.split("=")[1] ?? "";
    const { secret } = (await ann.ask("POST", "/api/keys", { name: "script" })).body;
    const me = (headers: Record<string, string>, query = "") =>
      house.anonymous.ask("GET", `/api/auth/me${query}`, undefined, headers).then(({ status }) => status);
    expect(await me({ cookie: ann.cookie })).toBe(200);
    expect(await me({ authorization: `Bearer ${secret}` })).toBe(200);
    expect(await me({ authorization: `Bearer ${token}` })).toBe(401);
    expect(await me({ "x-api-key": secret })).toBe(401);
    expect(await me({ cookie: `patchbay_session=${secret}` })).toBe(401);
    expect(await me({}, `?token=${token}&access_token=${secret}&api_key=${secret}`)).toBe(401);
    const inBody = await house.anonymous.ask("POST", "/api/auth/sign-out", { token, authorization: `Bearer ${secret}` });
    expect(inBody.status).toBe(401);
  });

  it("lets no key make one that outlives it", async () => {
    const { secret } = (await ann.ask("POST", "/api/keys", { name: "for a day", expiresInDays: 1 })).body;
    const byKey = (body: object) => house.anonymous.ask("POST", "/api/keys", body, { authorization: `Bearer ${secret}` });
    for (const body of [{ name: "for ever" }, { name: "longer", expiresInDays: 2 }]) {
      const answer = await byKey(body);
      expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
      expect(answer.body.message).toContain("in a browser");
    }
  });

  it("[API-04] knows a person by the session alone", async () => {
    const bob = await house.user("bob");
    await ann.ask("POST", "/api/user/plugins", { pluginKey: "mcp_away", action: "install", auth: { KEY: "of-ann" } });
    const asAnn = { "x-user-id": ann.userId, "x-forwarded-user": "ann@example.org" };
    const flags = await bob.ask("GET", `/api/mcp/away/auth-values?userId=${ann.userId}`, undefined, asAnn);
    expect(flags.body.authValueFlags).toEqual({ KEY: false });
    const revoke = { pluginKey: "mcp_away", action: "uninstall" };
    expect((await bob.ask("POST", "/api/user/plugins", { ...revoke, userId: ann.userId })).status).toBe(400);
    expect((await bob.ask("POST", "/api/user/plugins", revoke, asAnn)).status).toBe(200);
    const { key } = (await ann.ask("POST", "/api/keys", { name: "mine" })).body;
    expect((await bob.ask("DELETE", `/api/keys/${key.id}`, undefined, asAnn)).body.code).toBe("API_KEY_UNKNOWN");
    for (const path of [`/api/users/${ann.userId}/keys`, `/api/users/${ann.userId}/plugins`])
      expect((await bob.ask("GET", path)).body.code).toBe("ROUTE_UNKNOWN");
    expect((await ann.ask("GET", "/api/mcp/away/auth-values")).body.authValueFlags).toEqual({ KEY: true });
  });

  it("[API-25] begins every session anew and ends the one before it", async () => {
    const { body } = await admin.ask("POST", "/api/users", {
      email: "fix@example.org",
      name: "F",
      role: "USER",
      password: PASSWORD,
    });
    const planted = "patchbay_session=planted-by-somebody-else-0123456789012345";
    const signIn = () =>
      house.anonymous.ask("POST", "/api/auth/sign-in", { email: "fix@example.org", password: PASSWORD }, { cookie: planted });
    const [first, second] = [cookieOf(await signIn()), cookieOf(await signIn())];
    expect(new Set([planted, first, second]).size).toBe(3);
    expect((await house.anonymous.ask("GET", "/api/auth/me", undefined, { cookie: planted })).status).toBe(401);
    await admin.ask("PATCH", `/api/users/${body.user.id}`, { role: "ADMIN" });
    for (const cookie of [first, second])
      expect((await house.anonymous.ask("GET", "/api/auth/me", undefined, { cookie })).status).toBe(401);
  });

  it.each(["eyJhbGciOiJub25lIn0.eyJyb2xlIjoiQURNSU4ifQ.", "pbk_", "pbk_a_b", "pbk___proto___x", `pbk_${"a".repeat(7_000)}`])(
    "[API-26] believes no token it did not make: %.24s",
    async (token) => {
      const answer = await house.anonymous.ask("GET", "/api/users", undefined, { authorization: `Bearer ${token}` });
      expect([answer.status, answer.body.code]).toEqual([401, "SIGN_IN_REQUIRED"]);
    },
  );

  it("[API-28] has one first admin, however many come with the link at once", async () => {
    const fresh = await startHouse({});
    try {
      const token = await fresh.house.accounts?.issueSetupToken();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          fresh.anonymous.ask("POST", "/api/setup", { token, email: `a${index}@example.org`, name: "A", password: PASSWORD }),
        ),
      );
      const [winner, ...more] = answers.filter(({ status }) => status === 201);
      expect(more).toEqual([]);
      expect(winner?.body.user.role).toBe("ADMIN");
      const users = await fresh.anonymous.ask("GET", "/api/users", undefined, {
        cookie: cookieOf(winner as (typeof answers)[0]),
      });
      expect(users.body.users).toHaveLength(1);
    } finally {
      await fresh.close();
    }
  });
});

describe("what is asked", () => {
  it("[API-08] refuses fields nobody may set", async () => {
    const account = { email: "mass@example.org", name: "M", role: "USER", password: PASSWORD };
    for (const extra of [{ id: "chosen" }, { _id: "chosen" }, { disabled: false }, { passwordHash: "x" }, { createdAt: 1 }]) {
      const answer = await admin.ask("POST", "/api/users", { ...account, ...extra });
      expect([answer.status, answer.body.code]).toEqual([400, "REQUEST_INVALID"]);
    }
    expect((await admin.ask("PATCH", `/api/users/${ann.userId}`, { passwordHash: "x" })).status).toBe(400);
    expect((await admin.ask("GET", "/api/users")).body.users.map(({ email }: { email: string }) => email)).not.toContain(
      account.email,
    );
  });

  it("[API-10] [API-33] takes queries for text and lists for what they are", async () => {
    const plain = (await admin.ask("GET", "/api/users")).body;
    for (const query of ["?name[$ne]=x&sort[$where]=1", "?limit=1e9&page=-1", "?__proto__[role]=USER", "?since={}"])
      expect((await admin.ask("GET", `/api/users${query}`)).body).toEqual(plain);
  });

  it.each(writing)("[API-12] lets no body reach a prototype: %s", async (_, { method, path }) => {
    for (const body of ['{"__proto__":{"admin":true,"role":"ADMIN"}}', '{"constructor":{"prototype":{"admin":true}}}'])
      expect((await ann.ask(method, filled(path), body)).status).toBeLessThan(500);
    expect(({} as { admin?: unknown }).admin).toBeUndefined();
    expect((await ann.ask("GET", "/api/users")).body.code).toBe("ADMIN_REQUIRED");
  });

  it.each(writing)("[API-13] answers a missing or foreign body with a code: %s", async (name, { method, path }) => {
    const who = name === "setup" || name === "signIn" || name === "acceptInvite" ? house.anonymous : admin;
    for (const body of [undefined, "", "null", "[]", '"x"', "1", "{", "\u0000", "\ufeff{}"]) {
      const answer = await who.ask(method, filled(path), body);
      expect([name, body, answer.status, typeof answer.body.code]).toEqual([name, body, expect.any(Number), "string"]);
      expect([name, body, answer.status >= 400 && answer.status < 500]).toEqual([name, body, true]);
    }
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"]) {
      const answer = await who.ask(method, filled(path), "{}", { "content-type": type });
      expect([type, answer.status, answer.body.code]).toEqual([type, 400, "REQUEST_INVALID"]);
    }
    expect(house.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });

  it("[API-13] survives what is nested deeper than any answer could be", async () => {
    const deep = (depth: number) => `{"arguments":{"a":${"[".repeat(depth)}${"]".repeat(depth)}}}`;
    for (const depth of [1_000, 200_000]) {
      const answer = await ann.ask("POST", "/api/mcp/away/tools/echo/call", deep(depth));
      expect([depth, answer.status, answer.body.code]).toEqual([depth, 400, "REQUEST_INVALID"]);
    }
  });

  it("[API-16] stops reading a body that is too large, and reads none of a stranger's", async () => {
    const size = 64 * 1024 * 1024;
    const { port } = new URL(house.url);
    const sentBytes = async (headers: string) => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.on("error", () => {});
      let answer = "";
      socket.on("data", (chunk) => {
        answer += chunk.toString();
      });
      socket.write(`POST /api/mcp/away/tools/echo/call HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n${headers}\r\n`);
      const chunk = Buffer.alloc(64 * 1024, " ");
      let sent = 0;
      while (sent < size && answer === "" && !socket.destroyed) {
        socket.write(`${chunk.length.toString(16)}\r\n`);
        if (!socket.write(chunk))
          await Promise.race([new Promise((go) => socket.once("drain", go)), new Promise((go) => setTimeout(go, 50))]);
        socket.write("\r\n");
        sent += chunk.length;
      }
      await expect.poll(() => answer).not.toBe("");
      socket.destroy();
      return { sent, status: Number(answer.split(" ")[1]) };
    };
    const known = await sentBytes(`cookie: ${ann.cookie}\r\ntransfer-encoding: chunked\r\n`);
    expect(known.status).toBe(413);
    expect(known.sent).toBeLessThan(size / 2);
    const stranger = await sentBytes("transfer-encoding: chunked\r\n");
    expect(stranger.status).toBe(401);
    expect(stranger.sent).toBeLessThan(4 * 1024 * 1024);
  });

  it("[API-32] keeps call ids apart by person and short", async () => {
    const call = (callId: string) => ann.ask("POST", "/api/mcp/away/tools/echo/call", { callId });
    expect((await call("k".repeat(10_000))).body.code).toBe("REQUEST_INVALID");
    expect((await ann.ask("POST", `/api/mcp/calls/${"k".repeat(10_000)}/cancel`)).body.code).toBe("CALL_UNKNOWN");
  });
});

describe("where it comes from", () => {
  it("[API-18] takes no change from another page's form, and has no change behind a link", async () => {
    const cookie = ann.cookie;
    const evil = { cookie, origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]) {
      const body = '{"name":"stolen"}';
      const answer = await house.anonymous.ask("POST", "/api/keys", body, { ...evil, "content-type": type });
      expect([answer.status, answer.body.code]).toEqual([403, "ORIGIN_REFUSED"]);
    }
    const sibling = { cookie, "sec-fetch-site": "same-site" };
    expect((await house.anonymous.ask("POST", "/api/keys", { name: "x" }, sibling)).body.code).toBe("ORIGIN_REFUSED");
    expect((await house.anonymous.ask("POST", "/api/auth/sign-in", { email: "a", password: "b" }, evil)).body.code).toBe(
      "ORIGIN_REFUSED",
    );
    const changing = Object.values<RouteSpec>(ROUTES).filter(({ method }) => method !== "GET");
    for (const { path } of changing) {
      if (Object.values<RouteSpec>(ROUTES).some((route) => route.method === "GET" && route.path === path)) continue;
      const answer = await admin.ask("GET", filled(path));
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });

  it.each(["https://evil.example", "null", "http://127.0.0.1.evil.example"])(
    "[API-19] shares nothing with %s",
    async (origin) => {
      const preflight = { origin, "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
      const answers = [
        await ann.ask("OPTIONS", "/api/keys", undefined, preflight),
        await ann.ask("GET", "/api/keys", undefined, { origin }),
        await ann.ask("GET", "/health/live", undefined, { origin }),
        await ann.ask("GET", "/socket.io/?EIO=4&transport=polling", undefined, { origin }),
      ];
      for (const { headers } of answers) {
        const names = [...headers.keys()].filter((name) => name.startsWith("access-control-allow-"));
        expect(names).toEqual([]);
      }
    },
  );

  it.each([
    "/API/users",
    "/Api/Users",
    "//api/users",
    "/api//users",
    "/api/./users",
    "/api/x/../users",
    "/api%2fusers",
    "/%61pi/users",
    "/api/users/",
    "/api/users;x",
    "/api/%2e%2e/api/users",
    "/api/users%00",
    "/api/users%20",
    "/api/mcp/../users",
  ])("[API-20] finds no way around the door: %s", async (path) => {
    const answer = await raw({ method: "GET", path, headers: { cookie: ann.cookie } });
    expect([400, 403, 404]).toContain(answer.status);
    expect(answer.text).not.toContain("@example.org");
  });

  it.each(["HEAD", "TRACE", "OPTIONS", "PUT"])("[API-22] does nothing for %s, whatever it claims to be", async (method) => {
    const headers = { cookie: admin.cookie, "x-http-method-override": "DELETE", "x-method-override": "DELETE" };
    const answer = await raw({ method, path: `/api/users/${ann.userId}?_method=DELETE`, headers });
    expect(answer.status).toBeLessThan(500);
    const { body } = await admin.ask("POST", `/api/users/${ann.userId}/invite?_method=DELETE`, undefined, headers);
    expect(body.inviteUrl).toContain("/invite#token=");
    expect((await admin.ask("GET", "/api/users")).body.users.map(({ id }: { id: string }) => id)).toContain(ann.userId);
  });
});
