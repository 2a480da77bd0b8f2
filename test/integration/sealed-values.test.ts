import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { type HttpFixture, startHttpServer } from "../servers/http-server.ts";
import { kept } from "../support/clean-up.ts";
import { type Caller, type RunningHouse, startHouse } from "../support/house.ts";

const SECRET = "ann-secret-0123456789";
const PLUGINS = "/api/user/plugins";

/** Two servers at one address, which declare the same names; and Ann, who entered a value for the first. */
async function started(): Promise<{ sink: HttpFixture; house: RunningHouse; ann: Caller; db: DatabaseSync }> {
  const sink = await kept(startHttpServer());
  const entry = {
    type: "streamable-http",
    url: sink.url,
    headers: { "X-Key": "{{KEY}}" },
    customUserVars: { KEY: { title: "Key", description: "" }, OTHER: { title: "Other", description: "" } },
  };
  const other = { ...entry, headers: { "X-Key": "{{OTHER}}" } };
  const allowedAddresses = [`127.0.0.1:${sink.port}`];
  const house = await kept(
    startHouse({ one: entry, two: entry, other }, { hosted: true, more: { mcpSettings: { allowedAddresses } } }),
  );
  const ann = await house.user("ann");
  await ann.ask("POST", PLUGINS, { pluginKey: "mcp_one", action: "install", auth: { KEY: SECRET } });
  const db = await kept(new DatabaseSync(join(house.dataFolder, "patchbay.db")));
  return { sink, house, ann, db };
}

const refusal = async (who: Caller, server: string) => (await who.ask("POST", `/api/mcp/${server}/connect`)).body.code;
const audits = (house: RunningHouse) =>
  house.log.map((line) => JSON.parse(line)).filter(({ audit }) => audit === "sealed_value_refused");

describe("a stored value", () => {
  it.each([
    ["another server", "two", "UPDATE user_vars SET server = 'two'", { server: "two", name: "KEY" }],
    ["another name", "other", "UPDATE user_vars SET server = 'other', name = 'OTHER'", { server: "other", name: "OTHER" }],
    ["another user", "one", "UPDATE user_vars SET user_id = 'host-bob'", { userId: "host-bob", server: "one", name: "KEY" }],
  ])("[SEC-02] moved to %s opens nowhere, is never sent, and is told to the log", async (_, server, move, place) => {
    const { sink, house, ann, db } = await started();
    expect(db.prepare(move).run().changes).toBe(1);
    const who = "userId" in place ? await house.user("bob") : ann;
    expect(await refusal(who, server)).toBe("USER_VARS_MISSING");
    expect(sink.ledger.requests).toEqual([]);
    expect(audits(house)).toEqual([expect.objectContaining({ purpose: "user-var", userId: who.userId, ...place })]);
    expect(house.log.join("\n")).not.toContain(SECRET);
  });

  it("[SEC-02] of another purpose opens nowhere, either", async () => {
    const { sink, house, ann, db } = await started();
    const config = { title: "Mine", type: "streamable-http", url: sink.url };
    expect((await ann.ask("POST", "/api/mcp/servers", { config })).status).toBe(201);
    const before = sink.ledger.requests.length;
    expect(db.prepare("UPDATE user_vars SET sealed = (SELECT config FROM servers)").run().changes).toBe(1);
    expect(await refusal(ann, "one")).toBe("USER_VARS_MISSING");
    expect(sink.ledger.requests.length).toBe(before);
    expect(audits(house)).toEqual([expect.objectContaining({ purpose: "user-var", userId: ann.userId, server: "one" })]);
  });

  it("[SEC-06] that was never sealed, or by another program, is no value", async () => {
    const { sink, house, ann, db } = await started();
    for (const stored of ["abc", "v3:00112233:deadbeef", "00112233445566778899aabbccddeeff:deadbeef", "", "null", "{}"]) {
      db.prepare("UPDATE user_vars SET sealed = ?").run(stored);
      expect([stored, await refusal(ann, "one")]).toEqual([stored, "USER_VARS_MISSING"]);
    }
    expect(sink.ledger.requests).toEqual([]);
    expect(audits(house).length).toBeGreaterThan(0);
  });
});
