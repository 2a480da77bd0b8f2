import { describe, expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { stdioFixture } from "../servers/stdio-fixture.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { type Caller, startHouse } from "../support/house.ts";

const CANARIES = {
  JWT_SECRET: "canary-jwt",
  CREDS_KEY: "5".repeat(32) + "ab".repeat(16),
  MONGO_URI: "canary-mongo",
  ORDINARY: "canary-ordinary",
};
const save = (who: Caller, auth: Record<string, string>) =>
  who.ask("POST", "/api/user/plugins", { pluginKey: "mcp_sink", action: "install", auth });
const call = (who: Caller, tool: string, args: object = {}) =>
  who.ask("POST", `/api/mcp/sink/tools/${tool}/call`, { arguments: args });
const vars = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { title: name, description: "" }]));

describe("what a user writes", () => {
  it("[ENV-03] [ENV-04] is inserted once: an environment name or a placeholder in it stays text", async () => {
    const sink = await kept(startHttpServer());
    const entry = {
      type: "streamable-http",
      url: sink.url,
      headers: { "X-A": "{{A}}", "X-B": "{{B}}" },
      customUserVars: vars("A", "B"),
      startup: false,
    };
    const house = await kept(startHouse({ sink: entry }, { env: CANARIES }));
    const ann = await house.user("ann");
    await save(ann, { A: "${JWT_SECRET}${ORDINARY}", B: "{{A}} {{LIBRECHAT_USER_EMAIL}}" });
    expect((await ann.ask("POST", "/api/mcp/sink/connect")).status).toBe(200);
    expect(new Set(sink.ledger.headerValues("x-a"))).toEqual(new Set(["${JWT_SECRET}${ORDINARY}"]));
    expect(new Set(sink.ledger.headerValues("x-b"))).toEqual(new Set(["{{A}} {{LIBRECHAT_USER_EMAIL}}"]));
    expect(JSON.stringify(sink.ledger.requests)).not.toContain("canary");
  });

  it("[ENV-11] cannot name what the server does not declare", async () => {
    const sink = await kept(startHttpServer());
    const entry = {
      type: "streamable-http",
      url: sink.url,
      headers: { "X-Mail": "{{LIBRECHAT_USER_EMAIL}}", "X-T": "{{TOKEN}}" },
      customUserVars: vars("TOKEN"),
      startup: false,
    };
    const house = await kept(startHouse({ sink: entry }));
    const ann = await house.user("ann");
    const refused = await save(ann, { TOKEN: "t", LIBRECHAT_USER_EMAIL: "ceo@corp", EXTRA: "x" });
    expect([refused.status, refused.body.code]).toEqual([400, "USER_VAR_UNKNOWN"]);
    expect((await ann.ask("GET", "/api/mcp/sink/auth-values")).body.authValueFlags).toEqual({ TOKEN: false });
    await save(ann, { TOKEN: "t" });
    await ann.ask("POST", "/api/mcp/sink/connect");
    expect(new Set(sink.ledger.headerValues("x-mail"))).toEqual(new Set(["ann@example.org"]));
  });

  it("[HDR-01] that no header can carry is refused before anything is sent", async () => {
    const sink = await kept(startHttpServer());
    const entry = {
      type: "streamable-http",
      url: sink.url,
      headers: { "X-A": "{{A}}" },
      customUserVars: vars("A"),
      startup: false,
    };
    const house = await kept(startHouse({ sink: entry }));
    const ann = await house.user("ann");
    for (const bad of ["a\r\nX-Admin: 1", "a\nb", "a\0b"])
      expect((await save(ann, { A: bad })).body.code).toBe("VALUE_NOT_SENDABLE");
    expect((await ann.ask("POST", "/api/mcp/sink/connect")).body.code).toBe("USER_VARS_MISSING");
    expect(sink.ledger.requests).toEqual([]);
  });

  it("[TPL-08] never shows in another person's requests, however they take turns", async () => {
    const sink = await kept(startHttpServer());
    const entry = {
      type: "streamable-http",
      url: sink.url,
      headers: { "X-Key": "{{KEY}}", "X-User": "{{LIBRECHAT_USER_ID}}" },
      customUserVars: vars("KEY"),
      startup: false,
    };
    const house = await kept(startHouse({ sink: entry }, { hosted: true }));
    const people = [await house.user("ann"), await house.user("bob")];
    for (const who of people) await save(who, { KEY: `key-of-${who.userId}` });
    for (let turn = 0; turn < 100; turn += 1)
      await Promise.all(people.map((who) => who.ask("POST", "/api/mcp/sink/reinitialize")));
    expect(sink.ledger.requests.length).toBeGreaterThan(400);
    for (const { headers } of sink.ledger.requests) expect(headers["x-key"]).toBe(`key-of-${headers["x-user"]}`);
  }, 60_000);
});

describe("what a server writes", () => {
  it("[ENV-06] is handed on as it stands", async () => {
    const sink = await kept(startHttpServer());
    const house = await kept(
      startHouse(
        {
          sink: {
            type: "streamable-http",
            url: sink.url,
            headers: { "X-T": "{{TOKEN}}" },
            customUserVars: vars("TOKEN"),
            startup: false,
          },
        },
        { env: CANARIES },
      ),
    );
    const ann = await house.user("ann");
    await save(ann, { TOKEN: "token-of-ann" });
    const text = "${JWT_SECRET} {{LIBRECHAT_USER_ID}} {{TOKEN}}";
    expect((await call(ann, "echo", { message: text })).body.content[0].text).toBe(`Echo: ${text}`);
  });
});

describe("what the platform keeps to itself", () => {
  it("[ENV-08] reaches no program: it sees the base list, its own block and a home of its own", async () => {
    const names = ["JWT_SECRET", "MONGO_URI", "ORDINARY"] as const;
    for (const name of names) process.env[name] = CANARIES[name];
    cleanups.push(async () => {
      for (const name of names) delete process.env[name];
    });
    const house = await kept(
      startHouse(
        { sink: { ...stdioFixture(), env: { OWN: "1", KEY: "${JWT_SECRET}" } } },
        { env: CANARIES, more: { mcpSettings: { unresolvedPlaceholders: "keep" } } },
      ),
    );
    const ann = await house.user("ann");
    const { body } = await call(ann, "environment");
    const { env } = JSON.parse(body.content[0].text) as { env: Record<string, string> };
    expect(JSON.stringify(env)).not.toContain("canary");
    expect(env).toMatchObject({ OWN: "1", KEY: "${JWT_SECRET}", HOME: expect.stringContaining(house.dataFolder) });
  });
});
