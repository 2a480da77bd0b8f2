import { McpServer } from "@modelcontextprotocol/server";
import { describe, expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { startModernHttpServer } from "../servers/modern-http-server.ts";
import { kept } from "../support/clean-up.ts";
import { allowing, makeConnector } from "../support/connectors.ts";
import { type Caller, startHouse } from "../support/house.ts";

const vars = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { title: name, description: "" }]));
const save = (who: Caller, auth: Record<string, string>) =>
  who.ask("POST", "/api/user/plugins", { pluginKey: "mcp_sink", action: "install", auth });

describe("a text that no header can carry", () => {
  it("is never sent nor shown, also where the file asks for LibreChat's way", async () => {
    const sink = await kept(startHttpServer());
    const entry = { type: "streamable-http", url: sink.url };
    const mcpSettings = { unresolvedPlaceholders: "keep", allowedAddresses: [`127.0.0.1:${sink.port}`] };
    const house = await kept(
      startHouse(
        {
          broken: { ...entry, headers: { "X-A": "${KEY}\r\nX-Admin: 1" } },
          other: { ...entry, headers: { "X-A": "Marić ${KEY}" } },
        },
        { hosted: true, env: { KEY: "canary-of-the-operator" }, more: { mcpSettings } },
      ),
    );
    const ann = await house.user("ann");
    const answers = [
      await ann.ask("POST", "/api/mcp/broken/connect"),
      await ann.ask("POST", "/api/mcp/other/connect"),
      await makeConnector(ann, sink.url, { headers: { "X-A": "canary\r\nX-Admin: 1" } }),
    ];
    for (const { body } of answers) {
      expect(body).toMatchObject({ code: "VALUE_NOT_SENDABLE", message: expect.stringContaining("X-A") });
      expect(JSON.stringify(body)).not.toContain("canary");
    }
    expect(sink.ledger.requests).toEqual([]);
  });
});

describe("a credential with blanks at its ends", () => {
  it("[HDR-03] loses them when it is saved, is told to have, and is sent as it is stored", async () => {
    const sink = await kept(startHttpServer());
    const entry = {
      type: "streamable-http",
      url: sink.url,
      headers: { "X-Auth-Token": "{{K}}", Authorization: "Bearer {{T}}" },
      customUserVars: vars("K", "T"),
    };
    const house = await kept(startHouse({ sink: entry }, { hosted: true }));
    const ann = await house.user("ann");
    const typed = [
      ["  key  ", "key"],
      ["\tkey", "key"],
      ["key\t \t", "key"],
      ["\u00a0key\ufeff", "key"],
      ["two words", "two words"],
      ["key", "key"],
    ] as const;
    for (const [entered, stored] of typed) {
      const answer = await save(ann, { K: entered, T: entered });
      expect([answer.status, answer.body.trimmed]).toEqual([200, entered === stored ? undefined : ["K", "T"]]);
      sink.ledger.requests.length = 0;
      expect((await ann.ask("POST", "/api/mcp/sink/reinitialize")).body.success).toBe(true);
      expect([entered, new Set(sink.ledger.headerValues("x-auth-token"))]).toEqual([entered, new Set([stored])]);
      expect(new Set(sink.ledger.headerValues("authorization"))).toEqual(new Set([`Bearer ${stored}`]));
    }
    await save(ann, { K: " \t " });
    expect((await ann.ask("GET", "/api/mcp/sink/auth-values")).body.authValueFlags).toEqual({ K: false, T: true });
  });

  it("[HDR-03] is refused in a connector, with its place", async () => {
    const sink = await kept(startHttpServer());
    const house = await kept(startHouse({}, { hosted: true, ...allowing(`127.0.0.1:${sink.port}`) }));
    const ann = await house.user("ann");
    for (const [more, path] of [
      [{ headers: { "X-Auth-Token": " key" } }, "/config/headers/X-Auth-Token"],
      [{ headers: { "X-Auth-Token": "key\t" } }, "/config/headers/X-Auth-Token"],
      [{ apiKey: { source: "admin", authorization_type: "bearer", key: "key " } }, "/config/apiKey/key"],
    ] as const) {
      const refused = await makeConnector(ann, sink.url, more);
      expect([refused.status, refused.body.details?.[0]?.path]).toEqual([400, path]);
    }
    expect(sink.ledger.requests).toEqual([]);
  });
});

describe("who a person is", () => {
  it("[HDR-08] is told to a server by the file alone: no value, no name of a value and no answer changes it", async () => {
    const sink = await kept(startHttpServer());
    sink.faults.headers = { "x-user-id": "ceo", "set-cookie": "x-user-id=ceo" };
    const entry = {
      type: "streamable-http",
      url: sink.url,
      headers: { "X-User-ID": "{{LIBRECHAT_USER_ID}}", "X-User-Email": "{{LIBRECHAT_USER_EMAIL}}", "X-Key": "{{KEY}}" },
      customUserVars: vars("KEY"),
    };
    const house = await kept(startHouse({ sink: entry }, { hosted: true }));
    const ann = await house.user("ann");
    for (const name of ["LIBRECHAT_USER_ID", "LIBRECHAT_USER_EMAIL", "X-User-ID", "librechat_user_id", "__proto__", "id", "user"])
      expect([name, (await save(ann, { KEY: "k", [name]: "ceo" })).body.code]).toEqual([name, "USER_VAR_UNKNOWN"]);
    for (const value of ["k", "k{{LIBRECHAT_USER_ID}}", "{{X-User-ID}}", "k, x-user-id: ceo"]) {
      await save(ann, { KEY: value });
      await ann.ask("POST", "/api/mcp/sink/reinitialize");
      await ann.ask("POST", "/api/mcp/sink/tools/echo/call", {
        arguments: { message: "m", "X-User-ID": "ceo", headers: { "X-User-ID": "ceo" } },
      });
      expect(sink.ledger.headerValues("x-key")).toContain(value);
    }
    expect(new Set(sink.ledger.headerValues("x-user-id"))).toEqual(new Set(["host-ann"]));
    expect(new Set(sink.ledger.headerValues("x-user-email"))).toEqual(new Set(["ann@example.org"]));
    expect(sink.ledger.headerValues("cookie").filter((each) => each !== undefined)).toEqual([]);
  });

  it("[HDR-08] stays so where a file declares a value under a name that says who somebody is", async () => {
    const sink = await kept(startHttpServer());
    const entry = {
      type: "streamable-http",
      url: sink.url,
      headers: { "X-User-ID": "{{LIBRECHAT_USER_ID}}" },
      customUserVars: vars("LIBRECHAT_USER_ID"),
    };
    const house = await kept(startHouse({ sink: entry }, { hosted: true }));
    const [ann, admin] = [await house.user("ann"), await house.user("admin")];
    expect((await admin.ask("GET", "/api/mcp/problems")).body.problems).toEqual(
      expect.arrayContaining([expect.objectContaining({ code: "user-var-name", severity: "error" })]),
    );
    expect((await save(ann, { LIBRECHAT_USER_ID: "ceo" })).status).toBeGreaterThanOrEqual(400);
    await ann.ask("POST", "/api/mcp/sink/connect");
    expect(sink.ledger.headerValues("x-user-id")).not.toContain("ceo");
  });
});

describe("headers that a tool wishes for", () => {
  const tool = (name: string, properties: object, more: object = {}) => ({
    name,
    inputSchema: { type: "object", properties, ...more },
  });
  const wish = (header: unknown, type = "string") => ({ type, "x-mcp-header": header });

  it("[HDR-11] leave out the tool when they are hostile, with a warning; others stay, and values go encoded", async () => {
    const hostile = [
      tool("crlf", { a: wish("Authorization\r\nX") }),
      tool("empty", { a: wish("") }),
      tool("twice", { a: wish("Region"), b: wish("rEGION") }),
      tool("number", { a: wish("Region", "number") }),
      tool("behind-ref", { a: { $ref: "#/$defs/a" } }, { $defs: { a: wish("Region") } }),
      tool("blank", { a: wish("A B") }),
      tool("colon", { a: wish("A:") }),
      tool("object", { a: wish("Region", "object") }),
      tool("list", { a: wish(["Region"]) }),
      tool("in-array", { a: { type: "array", items: wish("Region") } }),
    ];
    const good = [tool("plain", { a: { type: "string" } }), tool("region", { region: wish("Region"), a: { type: "string" } })];
    const server = () => {
      const made = new McpServer({ name: "hostile", version: "1" }, { capabilities: { tools: {} } });
      made.server.setRequestHandler("tools/list", () => ({
        tools: [...hostile, ...good] as never,
        ttlMs: 0,
        cacheScope: "private" as const,
      }));
      made.server.setRequestHandler("tools/call", ({ params }) => ({
        content: [{ type: "text", text: JSON.stringify(params.arguments) }],
      }));
      return made;
    };
    const sink = await kept(startModernHttpServer({ server }));
    const house = await kept(startHouse({ sink: { type: "streamable-http", url: sink.url } }, { hosted: true }));
    const ann = await house.user("ann");
    expect((await ann.ask("POST", "/api/mcp/sink/connect")).body.status.state).toBe("connected");
    const { tools } = (await ann.ask("GET", "/api/mcp/sink/tools")).body;
    expect(tools.map(({ name }: { name: string }) => name)).toEqual(["plain", "region"]);
    const log = house.log.join("\n");
    for (const { name } of hostile) expect(log).toContain(`tool left out: ${name}:`);
    for (const value of ["eu\r\nX-Injected: 1", "größe", " eu ", "=?base64?eA==?=", "eu"]) {
      sink.ledger.requests.length = 0;
      const answer = await ann.ask("POST", "/api/mcp/sink/tools/region/call", { arguments: { region: value, a: "a" } });
      expect(JSON.parse(answer.body.content[0].text)).toEqual({ region: value, a: "a" });
      const [sent] = sink.ledger.headerValues("mcp-param-region").filter((each) => each !== undefined);
      const encoded = `=?base64?${Buffer.from(value).toString("base64")}?=`;
      expect([value, sent]).toEqual([value, value === "eu" ? "eu" : encoded]);
      expect(sink.ledger.headerValues("x-injected").filter((each) => each !== undefined)).toEqual([]);
    }
  });
});
