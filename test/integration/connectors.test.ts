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
