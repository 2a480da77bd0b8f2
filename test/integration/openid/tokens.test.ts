import { describe, expect, it } from "vitest";
import { type HttpFixture, startHttpServer } from "../../servers/http-server.ts";
import { kept } from "../../support/clean-up.ts";
import type { Answer, Caller } from "../../support/house.ts";
import { type OpenIdSeat, type OpenIdWorld, openIdWorld, seated } from "../../support/openid-world.ts";
import { type SkewedClock, skewedClock } from "../../support/skewed-clock.ts";

const KEEPS = { ALLOW_SOCIAL_REGISTRATION: "true", OPENID_REUSE_TOKENS: "true" };
const HEADERS = {
  Authorization: "Bearer {{LIBRECHAT_OPENID_ACCESS_TOKEN}}",
  "X-Id-Token": "{{LIBRECHAT_OPENID_ID_TOKEN}}",
  "X-Who": "{{LIBRECHAT_OPENID_USER_ID}} {{LIBRECHAT_OPENID_USER_EMAIL}} {{LIBRECHAT_OPENID_USER_NAME}}",
};
const MINUTE_MS = 60_000;
const TOKEN_SECONDS = 600;

interface NotedWorld extends OpenIdWorld {
  server: HttpFixture;
  clock: SkewedClock;
  /** Tokens that reached the server, each once, in order of arrival. */
  bearers(): string[];
  ownerOf(token: string): Promise<string | undefined>;
}

/** A server whose headers come from the provider, and what reaches it. */
async function noted({ env = {}, more = {} }: { env?: Record<string, string>; more?: object } = {}): Promise<NotedWorld> {
  const server = await kept(startHttpServer());
  const clock = skewedClock();
  const servers = () => ({ notes: { type: "streamable-http", url: server.url, headers: HEADERS } });
  const world = await openIdWorld({ ...KEEPS, ...env }, { servers, clock, more });
  world.provider.tokenSeconds = TOKEN_SECONDS;
  return {
    ...world,
    server,
    clock,
    bearers: () => [...new Set(server.ledger.headerValues("authorization").map((each) => String(each).replace("Bearer ", "")))],
    ownerOf: async (token) => (await world.provider.provider.AccessToken.find(token))?.accountId,
  };
}

const echo = (who: Pick<OpenIdSeat | Caller, "ask">, message = "hello"): Promise<Answer> =>
  who.ask("POST", "/api/mcp/notes/tools/echo/call", { arguments: { message } });
const times = async (count: number, ask: (index: number) => Promise<Answer>) =>
  (await Promise.all(Array.from({ length: count }, (_, index) => ask(index)))).map(({ status, body }) => body.code ?? status);
const all = (count: number, outcome: number | string) => Array.from({ length: count }, () => outcome);
const statusOf = async (who: OpenIdSeat) => (await who.ask("GET", "/api/mcp/connection/status/notes")).body.status;

describe("headers from what the OpenID provider gave", () => {
  it("carry each person's own tokens, and never another's", async () => {
    const world = await noted();
    const people = [await seated(world, "ann"), await seated(world, "ben")] as const;
    expect(await times(20, (index) => echo(people[index % 2 === 0 ? 0 : 1]))).toEqual(all(20, 200));
    const seen = new Set<string>();
    for (const { headers } of world.server.ledger.requests) {
      const owner = await world.ownerOf(String(headers.authorization).replace("Bearer ", ""));
      const claims = JSON.parse(Buffer.from(String(headers["x-id-token"]).split(".")[1] ?? "", "base64url").toString());
      seen.add(`${owner} ${claims.sub} ${headers["x-who"]}`);
    }
    expect([...seen].sort()).toEqual(["ann ann ann ann@example.org Ann", "ben ben ben ben@example.org Ben"]);
    const sessions = world.server.ledger.requests.map(({ headers }) => [headers["mcp-session-id"], headers["x-who"]].join());
    expect(new Set(sessions.filter((each) => !each.startsWith(","))).size).toBe(2);
  });

  it("carry a token that was renewed once, before the connection, when the old one has ended", async () => {
    const world = await noted();
    const ann = await seated(world, "ann");
    world.clock.aheadMs += 11 * MINUTE_MS;
    const before = world.provider.count("POST", "/token");
    expect(await times(10, (index) => echo(ann, `${index}`))).toEqual(all(10, 200));
    expect(world.provider.count("POST", "/token") - before).toBe(1);
    expect(await Promise.all(world.bearers().map(world.ownerOf))).toEqual(["ann"]);
  });

  it("are renewed once by all instances together", async () => {
    const world = await noted();
    const ann = await seated(world, "ann");
    const other = await world.another();
    world.clock.aheadMs += 11 * MINUTE_MS;
    const before = world.provider.count("POST", "/token");
    const there = (index: number) => {
      const body = { arguments: { message: `${index}` } };
      return other.anonymous.ask("POST", "/api/mcp/notes/tools/echo/call", body, { cookie: ann.cookie });
    };
    const outcomes = await Promise.all([times(10, () => echo(ann)), times(10, there)]);
    expect(outcomes.flat()).toEqual(all(20, 200));
    expect(world.provider.count("POST", "/token") - before).toBe(1);
    expect(world.bearers()).toHaveLength(1);
  });

  it("follow the token while the connection lives", async () => {
    const world = await noted();
    const ann = await seated(world, "ann");
    expect(await times(1, () => echo(ann))).toEqual([200]);
    world.clock.aheadMs += 9.5 * MINUTE_MS;
    expect(await times(20, () => echo(ann))).toEqual(all(20, 200));
    expect(world.bearers()).toHaveLength(2);
    expect(world.server.sessionCount).toBe(1);
  });

  it("a token that the server refuses is renewed once for all who wait, and a server that refuses everything gets no more", async () => {
    const world = await noted();
    const ann = await seated(world, "ann");
    await echo(ann);
    const [old] = world.bearers();
    world.server.faults.accepts = ({ headers }) => headers.authorization !== `Bearer ${old}`;
    world.clock.aheadMs += 2 * MINUTE_MS;
    const before = world.provider.count("POST", "/token");
    expect(await times(50, () => echo(ann))).toEqual(all(50, 200));
    expect(world.provider.count("POST", "/token") - before).toBe(1);
    world.server.faults.accepts = () => false;
    expect(await times(3, () => echo(ann))).toEqual(all(3, "CREDENTIALS_REFUSED"));
    expect(world.provider.count("POST", "/token") - before).toBe(1);
  });
});

describe("nothing is sent in the place of what the provider did not give", () => {
  it("to somebody who signed in with a password: the problem is named, and nothing leaves", async () => {
    const world = await noted();
    const cleo = await world.house.user("cleo");
    const { body } = await echo(cleo);
    expect(body).toMatchObject({ code: "OPENID_EXPIRED" });
    expect(body.message).toContain("you did not sign in by it");
    expect(world.server.ledger.requests).toEqual([]);
  });

  it.each(["refuse", "keep"])("when the provider has ended it (unresolvedPlaceholders: %s)", async (unresolvedPlaceholders) => {
    const world = await noted({ more: { mcpSettings: { unresolvedPlaceholders } } });
    const ann = await seated(world, "ann");
    await echo(ann);
    const sent = world.server.ledger.requests.length;
    world.provider.instead.set("/token", (_, response) => {
      response.writeHead(400, { "content-type": "application/json" }).end(JSON.stringify({ error: "invalid_grant" }));
      return true;
    });
    world.clock.aheadMs += 11 * MINUTE_MS;
    expect(await times(5, () => echo(ann))).toEqual(all(5, "OPENID_EXPIRED"));
    expect(world.server.ledger.requests).toHaveLength(sent);
    await ann.ask("POST", "/api/mcp/notes/disconnect");
    expect((await ann.ask("POST", "/api/mcp/notes/connect")).body.code).toBe("OPENID_EXPIRED");
    expect(await statusOf(ann)).toMatchObject({ state: "disconnected", reason: { code: "OPENID_EXPIRED" } });
    world.provider.instead.clear();
    world.clock.aheadMs = 0;
    await ann.signIn("ann");
    expect(await times(1, () => echo(ann))).toEqual([200]);
    expect(world.server.ledger.requests.map(({ headers }) => JSON.stringify(headers)).join()).not.toContain("{{");
  });

  it("while the provider is down a token that still lasts is used; one that has ended is waited for", async () => {
    const world = await noted();
    const ann = await seated(world, "ann");
    world.provider.instead.set("/token", (_, response) => {
      response.writeHead(503).end();
      return true;
    });
    world.clock.aheadMs += 9.2 * MINUTE_MS;
    expect(await times(1, () => echo(ann))).toEqual([200]);
    world.clock.aheadMs += 2 * MINUTE_MS;
    expect(await times(1, () => echo(ann))).toEqual(["OPENID_UNAVAILABLE"]);
    world.provider.instead.clear();
    expect(await times(1, () => echo(ann))).toEqual([200]);
  });

  it("where the operator does not keep tokens: the variable is named", async () => {
    const world = await noted({ env: { OPENID_REUSE_TOKENS: "false" } });
    const { body } = await echo(await seated(world, "ann"));
    expect(body).toMatchObject({ code: "ENV_MISSING" });
    expect(body.message).toContain("OPENID_REUSE_TOKENS");
    expect(world.server.ledger.requests).toEqual([]);
  });

  it("after signing out", async () => {
    const world = await noted();
    const ann = await seated(world, "ann");
    const key = (await ann.ask("POST", "/api/keys", { name: "program" })).body.secret;
    const byKey = () =>
      world.house.anonymous.ask(
        "POST",
        "/api/mcp/notes/tools/echo/call",
        { arguments: { message: "hello" } },
        { authorization: `Bearer ${key}` },
      );
    expect(await times(1, byKey)).toEqual([200]);
    await ann.ask("POST", "/api/auth/sign-out", {});
    const sent = world.server.ledger.callsOf("echo").length;
    expect(await times(1, byKey)).toEqual(["OPENID_EXPIRED"]);
    expect(world.server.ledger.callsOf("echo")).toHaveLength(sent);
  });
});
