import { writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { kept } from "../support/clean-up.ts";
import { configText, startHouse } from "../support/house.ts";

/** The operator allows this one internal address, as for a server in the own network. */
const allowing = (...ports: number[]) => ({
  more: { mcpSettings: { allowedAddresses: ports.map((port) => `127.0.0.1:${port}`) } },
});
const entryOf = (url: string, more: object = {}) => ({ config: { type: "streamable-http", url, title: "Mine", ...more } });

describe("a connector somebody made", () => {
  it("is contacted, kept sealed, seen by its maker alone, changed and removed", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(startHouse({}, { ...allowing(server.port), env: { JWT_SECRET: "canary-env" } }));
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    const made = await ann.ask("POST", "/api/mcp/servers", entryOf(server.url, { headers: { "X-Key": "own-key" } }));
    expect([made.status, made.body.serverName, made.body.source, made.body.canEdit]).toEqual([201, "mine", "ui", true]);
    expect(Object.keys((await bob.ask("GET", "/api/mcp/servers")).body)).toEqual([]);
    expect((await bob.ask("POST", "/api/mcp/mine/connect")).body.code).toBe("SERVER_UNKNOWN");
    expect((await bob.ask("DELETE", "/api/mcp/servers/mine")).body.code).toBe("SERVER_UNKNOWN");
    await ann.ask("POST", "/api/mcp/mine/connect");
    expect(new Set(server.ledger.headerValues("x-key"))).toEqual(new Set(["own-key"]));
    await ann.ask("PATCH", "/api/mcp/servers/mine", entryOf(server.url, { headers: { "X-Key": "next-key" } }));
    await expect.poll(() => server.ledger.headerValues("x-key").at(-1)).toBe("next-key");
    expect((await ann.ask("DELETE", "/api/mcp/servers/mine")).status).toBe(200);
    await expect.poll(() => server.sessionCount).toBe(0);
    expect((await ann.ask("GET", "/api/mcp/servers")).body).toEqual({});
  });

  it("[TOOL-05] that is deleted leaves nothing for one of the same name: no value, no permission", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(startHouse({}, allowing(server.port)));
    const ann = await house.user("ann");
    const entry = entryOf(server.url, { apiKey: { source: "user", authorization_type: "custom", custom_header: "X-Key" } });
    const ask = async (path: string) => (await ann.ask("GET", `/api/mcp/mine${path}`)).body;
    const make = async () => expect((await ann.ask("POST", "/api/mcp/servers", entry)).body.serverName).toBe("mine");
    const save = () =>
      ann.ask("POST", "/api/user/plugins", { pluginKey: "mcp_mine", action: "install", auth: { MCP_API_KEY: "canary-05" } });
    await make();
    await save();
    const { functions } = await ask("/functions");
    const choices = functions.map(({ tool, digest }: { tool: string; digest: string }) => ({
      tool,
      digest,
      permission: "always_allow",
    }));
    expect((await ann.ask("POST", "/api/mcp/mine/functions", { choices })).status).toBe(200);
    await ann.ask("DELETE", "/api/mcp/servers/mine");
    const before = server.ledger.headerValues("x-key").length;
    await make();
    expect((await ask("/auth-values")).authValueFlags).toEqual({ MCP_API_KEY: false });
    expect((await ann.ask("POST", "/api/mcp/mine/connect")).body).toMatchObject({ code: "USER_VARS_MISSING" });
    expect(server.ledger.headerValues("x-key").slice(before)).toEqual([]);
    await save();
    await ann.ask("POST", "/api/mcp/mine/reinitialize");
    const anew = (await ask("/functions")).functions as { permission: string; chosen: unknown }[];
    expect(new Set(anew.map(({ permission, chosen }) => `${permission} ${chosen}`))).toEqual(new Set(["ask null"]));
  });

  it("[ENV-02] [STDIO-05] [SSRF-18] reads no environment, starts no program, reaches no internal address", async () => {
    const [allowed, internal] = [await kept(startHttpServer()), await kept(startHttpServer())];
    const house = await kept(
      startHouse({}, { ...allowing(allowed.port), env: { MONGO_URI: "canary-mongo", ORDINARY: "canary-ordinary" } }),
    );
    const ann = await house.user("ann");
    const make = async (config: object) => (await ann.ask("POST", "/api/mcp/servers", { config })).body.code;
    for (const program of [
      { command: "sh", args: ["-c", "id"] },
      { type: "stdio", command: "id", args: [] },
      { title: "X", url: allowed.url, command: "id", args: [] },
    ])
      expect(await make({ title: "X", ...program })).toBe("REQUEST_INVALID");
    expect(await make({ type: "sse", title: "X", url: "https://${ORDINARY}.example/" })).toBe("REQUEST_INVALID");
    expect(await make({ type: "streamable-http", title: "X", url: internal.url })).toBe("TARGET_BLOCKED");
    expect(await make({ type: "streamable-http", title: "X", url: internal.url.replace("127.0.0.1", "localhost") })).toBe(
      "TARGET_BLOCKED",
    );
    expect(internal.ledger.requests).toEqual([]);
    await ann.ask(
      "POST",
      "/api/mcp/servers",
      entryOf(allowed.url, { headers: { "X-A": "${MONGO_URI}${ORDINARY}", "X-B": "{{LIBRECHAT_USER_EMAIL}}" } }),
    );
    expect(JSON.stringify(allowed.ledger.requests)).not.toMatch(/canary|ann@example/);
  });

  it("[API-34] comes by no other way than it is made by hand: no YAML, no program, nothing huge", async () => {
    const allowed = await kept(startHttpServer());
    const house = await kept(startHouse({}, { ...allowing(allowed.port), hosted: true }));
    const ann = await house.user("ann");
    const make = (body: unknown, type = "application/json") =>
      ann.ask("POST", "/api/mcp/servers", body, { "content-type": type });
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const letter of "bcdefghi") {
      const before = String.fromCharCode(letter.charCodeAt(0) - 1);
      bomb.push(`${letter}: &${letter} [${Array(9).fill(`*${before}`).join(", ")}]`);
    }
    const startedAt = process.cpuUsage();
    for (const type of ["application/yaml", "text/yaml", "application/json", "multipart/form-data; boundary=x"])
      expect([400, 415]).toContain((await make(bomb.join("\n"), type)).status);
    const { user, system } = process.cpuUsage(startedAt);
    expect(user + system).toBeLessThan(2_000_000);
    // A whole file of another product, with a program in it, is no entry; neither is the program alone, nor two of them.
    const program = { command: "sh", args: ["-c", "id"] };
    const remote = { type: "streamable-http", url: allowed.url };
    for (const config of [{ mcpServers: { x: program } }, program, { ...remote, ...program }, [remote, program]])
      expect((await make({ config: Array.isArray(config) ? config : { title: "X", ...config } })).body.code).toBe(
        "REQUEST_INVALID",
      );
    expect(allowed.ledger.requests).toEqual([]);
    const huge = await make(`{"config":{"title":"${"x".repeat(50 * 1024 * 1024)}"}}`).catch((error: unknown) => error);
    // Refused before it was all sent: the answer, or the cut line that whoever goes on sending finds.
    expect(huge instanceof Error || (huge as { status: number }).status === 413).toBe(true);
    expect((await ann.ask("GET", "/api/mcp/servers")).body).toEqual({});
  });

  it("[CFG-05] has no title that people would take for that of the operator's servers, or of another of their own", async () => {
    const server = await kept(startHttpServer());
    const operators = { github: { type: "streamable-http", url: server.url, startup: false, title: "Code Forge" } };
    const house = await kept(startHouse(operators, allowing(server.port)));
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    const make = async (title: string, who = ann) =>
      (await who.ask("POST", "/api/mcp/servers", entryOf(server.url, { title }))).body;
    for (const title of ["github", "GitHub", "gіthub", "ｇithub", "gıthub", "GİTHUB", "cоde  forge", "Cօde-Forge"])
      expect(await make(title)).toMatchObject({ code: "REQUEST_INVALID", details: [{ path: "/config/title" }] });
    expect((await make("Mine")).serverName).toBe("mine");
    expect((await make("MINE")).details).toEqual([
      { path: "/config/title", expected: "a title that does not look like another server's" },
    ]);
    expect((await make("Mine", bob)).serverName).toBe("mine-2");
    // What other scripts write differently is different.
    expect([(await make("東京 1")).serverName, (await make("大阪 1")).serverName]).toEqual(["1", "1-2"]);
    const rename = async (title: string) =>
      (await ann.ask("PATCH", "/api/mcp/servers/mine", entryOf(server.url, { title }))).status;
    expect([await rename("Git-Lab"), await rename("git hub"), await rename("GitHub")]).toEqual([200, 200, 400]);
  });

  it("[CFG-05] is called by its title in at most 64 characters, and can be removed by that name", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(startHouse({}, allowing(server.port)));
    const ann = await house.user("ann");
    const make = async (title: string) => (await ann.ask("POST", "/api/mcp/servers", entryOf(server.url, { title }))).body;
    const names = [(await make(`${"a".repeat(127)}b`)).serverName, (await make(`${"a".repeat(127)}c`)).serverName];
    expect(names).toEqual(["a".repeat(64), `${"a".repeat(62)}-2`]);
    expect(await make("a".repeat(20_000))).toMatchObject({
      code: "REQUEST_INVALID",
      details: [{ path: "/config/title", expected: "at most 128 characters" }],
    });
    for (const name of names) expect((await ann.ask("DELETE", `/api/mcp/servers/${name}`)).status).toBe(200);
  });

  it("[F-CFG-12] gives way to the operator's file when that takes its name, and loses its connection to it", async () => {
    const [mine, theirs] = [await kept(startHttpServer()), await kept(startHttpServer())];
    const house = await kept(
      startHouse({ other: { type: "streamable-http", url: theirs.url, startup: false } }, allowing(mine.port)),
    );
    const ann = await house.user("ann");
    await ann.ask("POST", "/api/mcp/servers", entryOf(mine.url));
    await ann.ask("POST", "/api/mcp/mine/connect");
    const entry = { type: "streamable-http", url: theirs.url, startup: false };
    writeFileSync(house.configPath, configText({ other: entry, mine: entry }, allowing(mine.port).more));
    await expect
      .poll(async () => (await ann.ask("GET", "/api/mcp/servers/mine")).body.source, { timeout: 3_000 })
      .toBe("operator");
    await expect.poll(() => mine.sessionCount).toBe(0);
    await ann.ask("POST", "/api/mcp/mine/connect");
    expect([mine.sessionCount, theirs.sessionCount]).toEqual([0, 1]);
    expect((await ann.ask("DELETE", "/api/mcp/servers/mine")).body.code).toBe("SERVER_READ_ONLY");
  });

  it("is not kept when nobody answers there, and not made where the operator says no", async () => {
    const server = await kept(startHttpServer());
    const house = await kept(startHouse({}, allowing(server.port)));
    const ann = await house.user("ann");
    server.faults.status = 500;
    expect((await ann.ask("POST", "/api/mcp/servers", entryOf(server.url))).body.code).toBe("CONNECT_FAILED");
    expect((await ann.ask("GET", "/api/mcp/servers")).body).toEqual({});
    const strict = await kept(startHouse({}, { more: { interface: { mcpServers: { create: false } } } }));
    expect((await (await strict.user("ann")).ask("POST", "/api/mcp/servers", entryOf(server.url))).body.code).toBe(
      "CREATE_FORBIDDEN",
    );
  });
});
