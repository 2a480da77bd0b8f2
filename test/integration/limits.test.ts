import { describe, expect, it } from "vitest";
import type { Limits } from "../../api/limits.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { stdioFixture } from "../servers/stdio-fixture.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { type Caller, startHouse } from "../support/house.ts";

async function houseWith(mcpServers: object, limits: Partial<Limits> = {}) {
  const house = await startHouse(mcpServers, { hosted: true, limits });
  cleanups.push(house.close);
  return house;
}
const connect = async (who: Caller, server: string) => {
  const { status, body } = await who.ask("POST", `/api/mcp/${server}/connect`);
  return status === 200 ? body.status.state : `${status} ${body.code} ${body.message}`;
};

/** A busy machine lets requests arrive in bunches; seconds one by one are counted where the clock is moved by hand. */
const WINDOW_S = 3;

/** The most a second, over any few seconds. */
function peakOf(times: readonly number[]): number {
  const within = (at: number) => times.filter((each) => each >= at && each < at + WINDOW_S * 1_000).length;
  return Math.ceil(Math.max(...times.map(within)) / WINDOW_S);
}

describe("what one person may hold", () => {
  it("is bounded for connections, by person and in total", async () => {
    const { url } = await kept(startHttpServer());
    const entry = { type: "streamable-http", url, startup: false };
    const house = await houseWith({ a: entry, b: entry, c: entry }, { connectionsPerUser: 2, connectionsInTotal: 3 });
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    expect([await connect(ann, "a"), await connect(ann, "b")]).toEqual(["connected", "connected"]);
    expect(await connect(ann, "c")).toMatch(/^429 LIMIT_REACHED you have 2 connections/);
    expect(await connect(bob, "a")).toBe("connected");
    expect(await connect(bob, "b")).toMatch(/^429 LIMIT_REACHED this server holds 3 connections/);
    await ann.ask("POST", "/api/mcp/a/disconnect");
    expect(await connect(bob, "b")).toBe("connected");
  });

  it("is bounded for programs, and a program that ended makes room", async () => {
    const [a, b] = [
      { ...stdioFixture(), startup: false },
      { ...stdioFixture("exits"), startup: false },
    ];
    const house = await houseWith({ a, a2: a, b }, { programsPerUser: 1, programsInTotal: 2 });
    const [ann, bob, cas] = [await house.user("ann"), await house.user("bob"), await house.user("cas")];
    expect(await connect(ann, "b")).toMatch(/^502 CONNECT_FAILED/);
    expect(await connect(ann, "a")).toBe("connected");
    expect(await connect(ann, "a2")).toMatch(/^429 LIMIT_REACHED 1 programs run for you already/);
    expect(await connect(bob, "a")).toBe("connected");
    expect(await connect(cas, "a")).toMatch(/^429 LIMIT_REACHED 2 programs run for everybody/);
    await ann.ask("POST", "/api/mcp/a/disconnect");
    await expect.poll(() => connect(ann, "a2"), { timeout: 5_000 }).toBe("connected");
  });

  it("is bounded for API keys and connectors, also when many are asked for at once", async () => {
    const { url, port } = await kept(startHttpServer());
    const more = { mcpSettings: { allowedAddresses: [`127.0.0.1:${port}`] } };
    const house = await kept(startHouse({}, { more, limits: { apiKeysPerUser: 3, connectorsPerUser: 2 } }));
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    const makeKey = (who: Caller) => who.ask("POST", "/api/keys", { name: "script" });
    const made = await Promise.all(Array.from({ length: 8 }, () => makeKey(ann)));
    expect(made.filter(({ status }) => status === 200 || status === 201)).toHaveLength(3);
    expect(made.at(-1)).toMatchObject({ status: 429, body: { code: "LIMIT_REACHED" } });
    await ann.ask("DELETE", `/api/keys/${made.find(({ body }) => body.key !== undefined)?.body.key.id}`);
    expect((await makeKey(ann)).body.key.name).toBe("script");
    const makeConnector = (who: Caller, title: string) =>
      who.ask("POST", "/api/mcp/servers", { config: { type: "streamable-http", title, url } });
    const titles = ["one", "two", "three", "four"];
    const connectors = await Promise.all(titles.map((title) => makeConnector(ann, title)));
    expect(connectors.map(({ status }) => status).sort()).toEqual([201, 201, 429, 429]);
    expect((await makeConnector(bob, "of bob")).status).toBe(201);
  });

  it("[F-LOAD-07] is bounded for calls, by connection and by person, and says so at once", async () => {
    const { url, ledger } = await kept(startHttpServer());
    const entry = { type: "streamable-http", url };
    const house = await houseWith({ a: entry, b: entry }, { callsPerConnection: 3, callsPerUser: 5 });
    const ann = await house.user("ann");
    for (const server of ["a", "b"]) await connect(ann, server);
    const slow = (server: string) => ann.ask("POST", `/api/mcp/${server}/tools/slow/call`, { arguments: { ms: 700, steps: 1 } });
    const all = [..."aaaaaabbbb"].map(slow);
    const answers = await Promise.all(all);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    const refused = answers.filter(({ status }) => status === 429).map(({ body }) => body.message);
    expect(refused).toContain("3 of your calls to a are running already");
    expect(refused).toContain("5 of your calls are running already");
    expect(ledger.callsOf("slow")).toHaveLength(5);
    expect((await slow("a")).status).toBe(200);
  });
});

describe("many people at one endpoint", () => {
  it("[F-HTTP-01] try a dead one 12 times a minute at most, and are told when it is tried again", async () => {
    const server = await kept(startHttpServer());
    server.faults.hang = true;
    const dead = { type: "streamable-http", url: server.url, initTimeout: 300 };
    const house = await houseWith({ dead });
    const people = await Promise.all(Array.from({ length: 50 }, (_, nth) => house.user(`p${nth}`)));
    // As pages do when they open, not as people who press.
    for (const who of people) void who.ask("GET", "/api/mcp/dead/tools");
    const state = async (who: Caller) => (await who.ask("GET", "/api/mcp/connection/status/dead")).body.status;
    await expect
      .poll(async () => (await Promise.all(people.map(state))).filter(({ retryAt }) => retryAt !== null).length, {
        timeout: 8_000,
      })
      .toBe(50);
    const status = await state(people[0] as Caller);
    expect(status).toMatchObject({ state: "error", reason: { code: "CONNECT_TIMEOUT" } });
    expect(status.retryAt).toBeGreaterThan(Date.now());
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    const attempts = server.ledger.requests.filter(({ headers }) => headers["mcp-session-id"] === undefined).length;
    console.log(`attempts at a dead endpoint by 50 people in the first seconds: ${attempts}`);
    expect(attempts).toBeLessThanOrEqual(12);
  });

  it("[F-LOAD-02] come back to a restarted one at 50 initializations a second at most", async () => {
    const server = await kept(startHttpServer());
    const house = await houseWith({ one: { type: "streamable-http", url: server.url, startup: false } });
    const people = await Promise.all(Array.from({ length: 120 }, (_, nth) => house.user(`p${nth}`)));
    await Promise.all(people.map((who) => connect(who, "one")));
    expect(server.sessionCount).toBe(120);
    const begun: number[] = [];
    server.faults.accepts = ({ headers, method }) => {
      // The question for the newer era names its version; `initialize` has none yet.
      if (method === "POST" && headers["mcp-protocol-version"] === undefined) begun.push(Date.now());
      return true;
    };
    server.forgetSessions();
    const startedAt = Date.now();
    const call = (who: Caller) => who.ask("POST", "/api/mcp/one/tools/echo/call", { arguments: { message: "back" } });
    const answers = await Promise.all(people.map(call));
    expect(answers.map(({ status }) => status)).toEqual(people.map(() => 200));
    const peak = peakOf(begun);
    console.log(`peak ${peak} initializations/s, ${begun.length} in all, everybody back in ${Date.now() - startedAt} ms`);
    expect(begun).toHaveLength(120);
    expect(peak).toBeLessThanOrEqual(50);
    expect(Date.now() - startedAt).toBeLessThan(30_000);
  });

  it("leave one alone for as long as it asks with a 503 and a date", async () => {
    const server = await kept(startHttpServer());
    server.faults.status = 503;
    server.faults.headers = { "retry-after": new Date(Date.now() + 40_000).toUTCString() };
    const house = await houseWith({ busy: { type: "streamable-http", url: server.url } });
    const ann = await house.user("ann");
    await ann.ask("GET", "/api/mcp/busy/tools");
    const { status } = (await ann.ask("GET", "/api/mcp/connection/status/busy")).body;
    expect(status).toMatchObject({ state: "error", reason: { code: "CONNECT_FAILED" } });
    expect(status.retryAt - Date.now()).toBeGreaterThan(30_000);
    expect(status.retryAt - Date.now()).toBeLessThan(45_000);
  });

  it("[F-HTTP-12] come back by themselves after a burst of 502, without a click and without a storm", async () => {
    const server = await kept(startHttpServer());
    const house = await houseWith({ one: { type: "streamable-http", url: server.url } });
    const people = await Promise.all(Array.from({ length: 60 }, (_, nth) => house.user(`p${nth}`)));
    server.faults.status = 502;
    await Promise.all(people.map((who) => who.ask("GET", "/api/mcp/one/tools")));
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const during = server.ledger.requests.length;
    server.faults.status = null;
    const wellAt = Date.now();
    const begun: number[] = [];
    server.faults.accepts = ({ headers, method }) => {
      if (method === "POST" && headers["mcp-session-id"] === undefined && headers["mcp-protocol-version"] === undefined)
        begun.push(Date.now());
      return true;
    };
    const isBack = async (who: Caller) =>
      (await who.ask("GET", "/api/mcp/connection/status/one")).body.status.state === "connected";
    const countBack = async () => (await Promise.all(people.map(isBack))).filter(Boolean).length;
    await expect.poll(countBack, { timeout: 15_000, interval: 250 }).toBe(60);
    const peak = peakOf(begun);
    console.log(
      `${during} requests while it was away for 3 s, everybody back ${Date.now() - wellAt} ms after it was, peak ${peak}/s`,
    );
    expect(peak).toBeLessThanOrEqual(20);
    expect(during).toBeLessThanOrEqual(24);
  });
});
