import { randomBytes } from "node:crypto";
import { afterEach, expect, it } from "vitest";
import { systemClock } from "../../../api/ports/clock.ts";
import { createConnectors } from "../../../api/servers/connectors.ts";
import { createSecretBox } from "../../../api/storage/secret-box.ts";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";
import { loadConfig } from "../../../config/load-config.ts";
import { keptLog } from "../../support/kept-log.ts";

const stores = openSqliteStores(":memory:");
afterEach(() => stores.close());

it("says which stored connector is not what one may be any more, and takes the others", async () => {
  const root = { kid: "kid", key: randomBytes(32) };
  const box = createSecretBox(() => [root]);
  const { config } = loadConfig('version: "1"', "test.yaml");
  const log = keptLog();
  for (const [name, entry] of Object.entries({
    good: { type: "sse", url: "https://a.example/mcp" },
    old: { type: "sse", url: "https://a.example/mcp", headers: { Host: "b.example" } },
  })) {
    const context = { purpose: "connector", userId: "ann", server: name, origin: "", name: "config" } as const;
    const sealed = JSON.stringify(box.seal(context, JSON.stringify(entry)));
    await stores.servers.insert({ name, ownerId: "ann", config: sealed, createdAt: 1, updatedAt: 1 });
  }
  const connectors = createConnectors({
    store: stores.servers,
    maxPerUser: 10,
    box,
    clock: systemClock,
    sink: { serversChanged: () => {} },
    logger: log.logger,
    config: () => config,
    inspect: async () => {},
    moved: async () => {},
  });
  await connectors.load();
  expect(connectors.ofOwner("ann").map(({ name }) => name)).toEqual(["good"]);
  expect(log.lines("warn")).toMatchObject([{ userId: "ann", server: "old", problems: ["header-name /headers/Host"] }]);
});
