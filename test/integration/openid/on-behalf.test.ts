import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { explainCommand } from "../../../api/cli/explain.ts";
import { startHttpServer } from "../../servers/http-server.ts";
import { kept } from "../../support/clean-up.ts";
import { type Answer, type Caller, configText } from "../../support/house.ts";
import { type OpenIdSeat, type OpenIdWorld, openIdWorld, seated } from "../../support/openid-world.ts";
import { type SkewedClock, skewedClock } from "../../support/skewed-clock.ts";

const ENV = { ALLOW_SOCIAL_REGISTRATION: "true", OPENID_REUSE_TOKENS: "true", GRAPH_API_SCOPES: "diary:read" };
const MINUTE_MS = 60_000;

/** Both ways to a token for another server. */
const WAYS = {
  obo: { obo: { scopes: "diary:read" }, headers: { authorization: "Bearer not this one" } },
  graph: { headers: { Authorization: "Bearer {{LIBRECHAT_GRAPH_ACCESS_TOKEN}}" } },
} as const;
const bothWays = ["obo", "graph"] as const;

/** A server that takes only tokens that were exchanged for it. */
async function diaryBehind(
  way: keyof typeof WAYS,
  env: Record<string, string> = {},
): Promise<OpenIdWorld & { clock: SkewedClock }> {
  const clock = skewedClock();
  const servers = ({ url }: { url: string }) => ({ diary: { type: "streamable-http", url, ...WAYS[way] } });
  const world = await openIdWorld({ ...ENV, ...env }, { servers, clock });
  world.provider.tokenSeconds = 600;
  return { ...world, clock };
}

const whoami = (who: Pick<OpenIdSeat | Caller, "ask">): Promise<Answer> =>
  who.ask("POST", "/api/mcp/diary/tools/whoami/call", { arguments: {} });
const textOf = ({ body }: Answer): string => body.content?.[0]?.text ?? body.code;
const times = async (count: number, who: OpenIdSeat) =>
  new Set((await Promise.all(Array.from({ length: count }, () => whoami(who)))).map(textOf));
const reached = ({ provider }: OpenIdWorld) => provider.count("POST", "/mcp");

describe.each(bothWays)("a token on behalf of its person (%s)", (way) => {
  it("is got for each of them once, and lets each in as who they are", async () => {
    const world = await diaryBehind(way);
    const [ann, ben] = [await seated(world, "ann"), await seated(world, "ben")];
    const [ofAnn, ofBen] = await Promise.all([times(10, ann), times(10, ben)]);
    expect([...ofAnn, ...ofBen]).toEqual(["You are Ann.", "You are Ben."]);
    expect(world.exchanged.map(({ person, scope }) => `${person} ${scope}`).sort()).toEqual(["ann diary:read", "ben diary:read"]);
    const sent = world.provider.seen.flatMap(({ path, headers }) => (path === "/mcp" ? String(headers.authorization) : []));
    expect(new Set(sent)).toEqual(new Set(world.exchanged.map(({ token }) => `Bearer ${token}`)));
    const said = world.house.log.join("\n");
    for (const { token } of world.exchanged) expect(said).not.toContain(token);
  });

  it("is got anew before it ends, while the connection lives", async () => {
    const world = await diaryBehind(way);
    const ann = await seated(world, "ann");
    await whoami(ann);
    world.clock.aheadMs += 9.5 * MINUTE_MS;
    expect([...(await times(10, ann))]).toEqual(["You are Ann."]);
    expect(world.exchanged).toHaveLength(2);
    expect(world.provider.count("POST", "/mcp")).toBeGreaterThan(10);
  });

  it("is got anew when the server does not take it any more", async () => {
    const world = await diaryBehind(way);
    const ann = await seated(world, "ann");
    await whoami(ann);
    const [first] = world.exchanged;
    await (await world.provider.provider.AccessToken.find(first?.token ?? ""))?.destroy();
    world.clock.aheadMs += 2 * MINUTE_MS;
    expect([...(await times(10, ann))]).toEqual(["You are Ann."]);
    expect(world.exchanged).toHaveLength(2);
  });

  it("that the provider does not give is a named problem, and nothing is sent", async () => {
    const world = await diaryBehind(way);
    const ann = await seated(world, "ann");
    world.provider.instead.set("/token", (_, response) => {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: "interaction_required", error_description: "more factors" }));
      return true;
    });
    expect(textOf(await whoami(ann))).toBe("OPENID_REFUSED");
    expect(textOf(await whoami(await world.house.user("cleo")))).toBe("OPENID_EXPIRED");
    expect(reached(world)).toBe(0);
    world.provider.instead.clear();
    await ann.ask("POST", "/api/mcp/diary/reinitialize");
    expect(textOf(await whoami(ann))).toBe("You are Ann.");
  });
});

describe("obo", () => {
  it("asks nobody to sign in to the server: what it refuses is told as that", async () => {
    const world = await diaryBehind("obo");
    world.provider.instead.set("/mcp", (_, response) => {
      const hint = `Bearer resource_metadata="${world.provider.origin}/.well-known/oauth-protected-resource/mcp"`;
      response.writeHead(401, { "www-authenticate": hint }).end();
      return true;
    });
    const ann = await seated(world, "ann");
    expect(textOf(await whoami(ann))).toBe("CREDENTIALS_REFUSED");
    expect((await ann.ask("GET", "/api/mcp/connection/status/diary")).body.status.state).toBe("error");
  });

  it("where nobody signs in by OpenID names what is missing", async () => {
    const world = await diaryBehind("obo", { OPENID_ISSUER: "", OPENID_CLIENT_ID: "" });
    const { body } = await whoami(await world.house.user("cleo"));
    expect(body.code).toBe("ENV_MISSING");
    expect(body.message).toContain("OpenID");
    expect(reached(world)).toBe(0);
  });

  it("in a connector needs the operator's leave, at its making and for every connection", async () => {
    const server = await kept(startHttpServer());
    const more = (configureObo: boolean) => ({
      interface: { mcpServers: { configureObo } },
      mcpSettings: { allowedAddresses: [`127.0.0.1:${server.port}`] },
    });
    const config = { title: "Mine", type: "streamable-http", url: server.url, obo: { scopes: "diary:read" } };
    const closed = await openIdWorld(ENV, { more: more(false) });
    const refused = await (await seated(closed, "ann")).ask("POST", "/api/mcp/servers", { config });
    expect(refused.body.code).toBe("OBO_FORBIDDEN");
    expect(server.ledger.requests).toEqual([]);

    const open = await openIdWorld(ENV, { more: more(true) });
    const ann = await seated(open, "ann");
    expect((await ann.ask("POST", "/api/mcp/servers", { config })).status).toBe(201);
    const echo = () => ann.ask("POST", "/api/mcp/mine/tools/echo/call", { arguments: { message: "hello" } });
    expect((await echo()).status).toBe(200);
    expect(new Set(server.ledger.headerValues("authorization"))).toEqual(
      new Set(open.exchanged.map(({ token }) => `Bearer ${token}`)),
    );
    writeFileSync(open.house.configPath, configText({}, more(false)));
    await expect.poll(async () => (await echo()).body.code, { timeout: 5_000 }).toBe("OBO_FORBIDDEN");
  });
});

it("explains what comes from the provider without having it", async () => {
  const headers = { "X-Token": "{{LIBRECHAT_OPENID_ACCESS_TOKEN}}", authorization: "Bearer replaced" };
  const servers = () => ({
    inside: { type: "streamable-http", url: "https://mcp.example/mcp", headers, obo: { scopes: "api://x" } },
  });
  const { house, ...world } = await openIdWorld(ENV, { servers });
  await seated({ house, ...world }, "ann");
  await house.user("cleo");
  const explained = async (email: string) => {
    const lines: string[] = [];
    const env = { DATA_DIR: house.dataFolder, CONFIG_PATH: house.configPath };
    const code = await explainCommand(["inside", "--user", email], { print: (line) => lines.push(line), env, isColoured: false });
    return { code, text: lines.join("\n") };
  };
  const ofAnn = await explained("ann@example.org");
  expect(ofAnn.code).toBe(0);
  expect(ofAnn.text).toContain("{{LIBRECHAT_OPENID_ACCESS_TOKEN}}: the user's OpenID sign-in\n");
  expect(ofAnn.text).toContain("obo api://x: exchanged for the user's OpenID token, when it connects");
  expect(ofAnn.text).not.toContain("replaced");
  expect(await explained("cleo@example.org")).toMatchObject({ code: 1, text: expect.stringContaining("MISSING") });
});
