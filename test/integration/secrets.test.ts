import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RouteSpec } from "../../schemas/routes/route-spec.ts";
import { ROUTES } from "../../schemas/routes/routes.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { stdioFixture } from "../servers/stdio-fixture.ts";
import { type Caller, cookieOf, type RunningHouse, startHouse } from "../support/house.ts";

/** Values that must never be seen again, with a letter for each encoding to change. */
const CANARIES = {
  key: "k3y canary/+=ä&€",
  query: "qu3ry-canary/+=&",
  env: "3nv-canary/+=&x",
  password: "passw0rd canary/+=&",
};

/** As it is, and as it would look inside of a URL, JSON, base64 or a header dump. */
function disguises(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = Buffer.from(secret).toString("base64");
  return [
    secret,
    json,
    encodeURIComponent(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    base64,
    base64.replace(/=+$/, ""),
  ];
}

let house: RunningHouse;
let ann: Caller;
const secrets: string[] = Object.values(CANARIES);
const heard: unknown[] = [];
const cleanups: (() => Promise<unknown>)[] = [];

/** Every way a secret goes, and every way that fails. */
beforeAll(async () => {
  const upstream = await startHttpServer();
  const unkind = createServer((request, response) => {
    // Says back what it got, as careless servers do.
    response.writeHead(Number(request.url?.slice(1, 4)), { "content-type": "text/plain" });
    response.end(`refused: ${JSON.stringify(request.headers)} ${request.url}`);
  });
  await new Promise<void>((resolve) => unkind.listen(0, "127.0.0.1", resolve));
  const { port } = unkind.address() as AddressInfo;
  cleanups.push(upstream.close, async () => unkind.close());
  const keyed = {
    startup: false,
    initTimeout: 3_000,
    headers: { "X-Env": "${CANARY}" },
    customUserVars: { KEY: { title: "Key", description: "" }, QUERY: { title: "Query", description: "" } },
  };
  const http = (url: string, more: object = {}) => ({ type: "streamable-http", url, ...keyed, ...more });
  const servers = {
    good: http(`${upstream.url}?q={{QUERY}}`, { headers: { ...keyed.headers, "X-Key": "{{QUERY}}" } }),
    refused: http(`http://127.0.0.1:${port}/401?q={{QUERY}}`),
    broken: http(`http://127.0.0.1:${port}/500?q={{QUERY}}`),
    nobody: http("http://127.0.0.1:1/mcp?q={{QUERY}}"),
    pathed: http(`http://127.0.0.1:${port}/500/{{QUERY}}`),
    arguing: {
      ...{ command: "cat", args: ["/{{QUERY}}", "/${CANARY}"], startup: false, stderr: "inherit" },
      customUserVars: keyed.customUserVars,
    },
    encoded: http(upstream.url, { headers: { "X-Key": "{{KEY}}" } }),
    complains: {
      ...stdioFixture("exits"),
      startup: false,
      env: { A: "${CANARY}", B: "{{KEY}}" },
      customUserVars: keyed.customUserVars,
    },
    program: { ...stdioFixture(), startup: false, env: { A: "${CANARY}", B: "{{KEY}}" }, customUserVars: keyed.customUserVars },
  };
  house = await startHouse(servers, { env: { CANARY: CANARIES.env } });
  cleanups.unshift(() => house.close());
  const admin = await house.admin();
  const account = { email: "ann@example.org", password: CANARIES.password };
  await admin.ask("POST", "/api/users", { ...account, name: "Ann", role: "USER" });
  const cookie = cookieOf(await house.anonymous.ask("POST", "/api/auth/sign-in", account));
  const signedIn = await house.user("bea");
  ann = {
    ...signedIn,
    cookie,
    ask: (method, path, body, headers) => house.anonymous.ask(method, path, body, { cookie, ...headers }),
  };
  const { secret } = (await ann.ask("POST", "/api/keys", { name: "script" })).body;
  const { inviteUrl } = (await admin.ask("POST", "/api/users", { email: "new@example.org", name: "New", role: "USER" })).body;
  secrets.push(
    cookie.split("=")[1] ?? "",
    // The secret part may hold underscores itself.
    String(secret).slice(-43),
    new URL(inviteUrl).hash.replace("#token=", ""),
  );
  const socket = signedIn.socket({ cookie });
  socket.onAny((...event: unknown[]) => heard.push(event));
  await new Promise((resolve) => socket.on("mcp:snapshot", resolve));

  for (const server of Object.keys(servers)) {
    const auth = { KEY: CANARIES.key, QUERY: CANARIES.query };
    heard.push((await ann.ask("POST", "/api/user/plugins", { pluginKey: `mcp_${server}`, action: "install", auth })).body);
    for (const action of ["connect", "reinitialize"]) heard.push((await ann.ask("POST", `/api/mcp/${server}/${action}`)).body);
    heard.push((await ann.ask("POST", `/api/mcp/${server}/tools/echo/call`, { arguments: { message: "hi" } })).body);
  }
  const complaint = { arguments: { line: `using ${CANARIES.key} and ${CANARIES.env}` } };
  await ann.ask("POST", "/api/mcp/program/tools/complain/call", complaint);
  await ann.ask("POST", "/api/mcp/program/tools/crash/call", {});
  const wrong = { email: account.email, password: `${CANARIES.password}?` };
  heard.push((await house.anonymous.ask("POST", "/api/auth/sign-in", wrong)).body);
  heard.push((await ann.ask("POST", "/api/auth/password", { currentPassword: "x", newPassword: CANARIES.password })).body);
  heard.push((await house.anonymous.ask("POST", "/api/auth/sign-in", `{"password":"${CANARIES.password}"`)).body);
  heard.push(
    (await house.anonymous.ask("POST", "/api/auth/sign-in", { email: 1, password: { secret: CANARIES.password } })).body,
  );
  heard.push((await ann.ask("GET", `/api/nothing?token=${encodeURIComponent(secret)}`)).body.code);
}, 60_000);
afterAll(async () => {
  for (const cleanup of cleanups) await cleanup();
});

const hits = (text: string) => secrets.filter((secret) => disguises(secret).some((disguise) => text.includes(disguise)));

describe("a secret", () => {
  it("is really used by these tests", async () => {
    const { connectionStatus } = (await ann.ask("GET", "/api/mcp/connection/status")).body;
    const states = Object.entries(connectionStatus).map(([name, status]) => [
      name,
      (status as { reason: { code: string } | null }).reason?.code ?? "fine",
    ]);
    expect(Object.fromEntries(states)).toMatchObject({
      good: "fine",
      encoded: "fine",
      refused: "CREDENTIALS_REFUSED",
      broken: "CONNECT_FAILED",
    });
    expect(hits(`a ${encodeURIComponent(CANARIES.query)} b`)).toEqual([CANARIES.query]);
    expect(new Set(secrets).size).toBe(7);
  });

  it("[SEC-14] is in no line of the log, at debug level, whatever fails", () => {
    expect(house.log.length).toBeGreaterThan(20);
    for (const line of house.log) expect([hits(line), line]).toEqual([[], line]);
  });

  it("[SEC-15] is in nothing that a program wrote to stderr, in no disguise", async () => {
    const admin = await house.admin();
    const secretsOfProgram = [CANARIES.key, CANARIES.env];
    const basic = secretsOfProgram.map((secret) => Buffer.from(`ann:${secret}`).toString("base64"));
    const line = [...secretsOfProgram.flatMap(disguises), ...basic, "that is all"].join(" or ");
    await ann.ask("POST", "/api/mcp/program/tools/complain/call", { arguments: { line } });
    const kept = async () => JSON.stringify((await admin.ask("GET", "/api/mcp/program/stderr")).body);
    await expect.poll(kept).toContain("that is all");
    const text = await kept();
    expect([hits(text), text]).toEqual([[], text]);
    for (const each of basic) expect(text).not.toContain(each.slice(8, -4));
    const ofArguments = JSON.stringify((await admin.ask("GET", "/api/mcp/arguing/stderr")).body);
    expect(ofArguments).toMatch(/cat: .*\*\*\*/);
    expect([hits(ofArguments), ofArguments]).toEqual([[], ofArguments]);
  });

  it("[SEC-15] is in no answer and no event", async () => {
    const gets = Object.entries<RouteSpec>(ROUTES).filter(([, { method }]) => method === "GET");
    const admin = await house.admin();
    for (const [, { path }] of gets) {
      for (const server of ["good", "refused", "complains", "program", "pathed", "arguing"]) {
        const asked = path.replace(/:\w+/g, server);
        for (const who of [ann, admin]) heard.push([asked, (await who.ask("GET", asked)).body]);
      }
    }
    for (const each of heard) expect([hits(JSON.stringify(each)), each]).toEqual([[], each]);
  });
});
