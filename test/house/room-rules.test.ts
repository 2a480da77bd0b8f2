import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { cruiseRooms } from "./cruise.ts";
import { sourceFiles } from "./source-files.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
mkdirSync(join(ROOT, "test-results"), { recursive: true });
const temporary: string[] = [];
afterAll(() => {
  for (const folder of temporary) rmSync(folder, { recursive: true });
});

/** A small house below this one, so that packages resolve as they do here. */
function houseWith(files: Record<string, string>): { folder: string; rooms: string[] } {
  const folder = mkdtempSync(join(ROOT, "test-results", "rooms-"));
  temporary.push(folder);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, rooms: [...new Set(Object.keys(files).map((path) => path.split("/")[0] ?? ""))] };
}

const THING = "export const thing = 1;\n";
const importing = (path: string) => `import { thing } from "${path}";\nexport const other = thing;\n`;
const importingType = (path: string) => `import type { Thing } from "${path}";\nexport type Other = Thing;\n`;

/** Rule, the file that breaks it, what that file imports (a path from its folder, or a package). */
const WRONG: [rule: string, from: string, to: string][] = [
  ["no-unresolved", "api/http/a.ts", "./nowhere.ts"],
  ["no-barrels", "api/http/a.ts", "./index.ts"],
  ["schemas-import-no-room", "schemas/a.ts", "../config/b.ts"],
  ["config-below-api", "config/a.ts", "../api/errors/b.ts"],
  ["config-text-below-entries", "config/templates/a.ts", "../entries/b.ts"],
  ["config-entries-below-checks", "config/entries/a.ts", "../checks/b.ts"],
  ["api-not-client-or-test", "api/http/a.ts", "../../client/src/b.ts"],
  ["client-sees-wire-only", "client/src/a.ts", "../../schemas/compile.ts"],
  ["errors-at-the-bottom", "api/errors/a.ts", "../ports/b.ts"],
  ["logging-at-the-bottom", "api/logging/a.ts", "../errors/b.ts"],
  ["ports-are-interfaces", "api/ports/a.ts", "../../config/b.ts"],
  ["egress-serves-all", "api/egress/a.ts", "../mcp/b.ts"],
  ["mcp-knows-one-connection", "api/mcp/a.ts", "../connections/b.ts"],
  ["mcp-guards-at-the-bottom", "api/mcp/guards/a.ts", "../transports/b.ts"],
  ["mcp-ways-below-sessions", "api/mcp/stdio/a.ts", "../session/b.ts"],
  ["mcp-sessions-below-connections", "api/mcp/session/a.ts", "../connection/b.ts"],
  ["domain-knows-no-edge", "api/user-vars/a.ts", "../http/b.ts"],
  ["adapters-know-ports-only", "api/storage/a.ts", "../connections/b.ts"],
  ["edges-not-into-mcp", "api/realtime/a.ts", "../mcp/b.ts"],
  ["edges-not-into-storage", "api/http/a.ts", "../storage/b.ts"],
  ["http-not-realtime", "api/http/a.ts", "../realtime/b.ts"],
  ["realtime-not-http", "api/realtime/a.ts", "../http/b.ts"],
  ["openid-knows-no-edge", "api/openid/a.ts", "../http/b.ts"],
  ["demo-stands-alone", "api/demo/a.ts", "../mcp/b.ts"],
  ["demo-only-started-by-the-process", "api/http/a.ts", "../demo/b.ts"],
  ["adapters-named-by-compose-only", "api/main.ts", "./storage/sqlite/b.ts"],
  ["compose-is-the-root", "api/http/a.ts", "../compose.ts"],
  ["features-apart", "client/src/features/tools/a.ts", "../panel/b.ts"],
  ["client-shared-below-features", "client/src/lib/a.ts", "../features/panel/b.ts"],
  ["ui-is-presentational", "client/src/ui/a.ts", "../lib/b.ts"],
  ["programs-from-one-file", "api/mcp/a.ts", "node:child_process"],
  ["no-code-from-text", "api/mcp/a.ts", "node:vm"],
  ["mcp-client-in-one-file", "api/mcp/a.ts", "@modelcontextprotocol/client"],
  ["mcp-sdk-v1-in-demo", "api/mcp/a.ts", "@modelcontextprotocol/sdk/types.js"],
  ["zod-in-demo", "api/http/a.ts", "zod"],
  ["openid-client-in-one-file", "api/openid/a.ts", "openid-client"],
  ["oidc-provider-in-demo", "api/identity/a.ts", "oidc-provider"],
  ["mongoose-in-one-room", "api/storage/sqlite/a.ts", "mongoose"],
  ["sqlite-in-one-room", "api/storage/mongo/a.ts", "node:sqlite"],
  ["express-in-one-room", "api/realtime/a.ts", "express"],
  ["socketio-in-one-room", "api/http/a.ts", "socket.io"],
  ["ajv-in-one-room", "schemas/a.ts", "ajv/dist/2020.js"],
  ["yaml-in-one-room", "config/a.ts", "yaml"],
  ["handlebars-in-one-room", "config/a.ts", "handlebars"],
  ["undici-in-one-room", "api/mcp/a.ts", "undici"],
  ["prom-client-in-one-room", "api/http/a.ts", "prom-client"],
  ["pino-in-one-room", "api/http/a.ts", "pino"],
  ["model-sdk-in-one-file", "api/chat/a.ts", "@ai-sdk/anthropic"],
  ["react-in-client", "api/http/a.ts", "react"],
];

const rulesBrokenBy = async (files: Record<string, string>) => {
  const { folder, rooms } = houseWith(files);
  const { seen, violations } = await cruiseRooms(folder, rooms);
  expect(seen).toHaveLength(Object.keys(files).length);
  return violations;
};

describe("the room rules", () => {
  it.each(WRONG)("%s is reported for %s importing %s", async (rule, from, to) => {
    const target = to.startsWith(".") ? join(dirname(from), to) : null;
    const files = { [from]: importing(to), ...(target !== null && rule !== "no-unresolved" ? { [target]: THING } : {}) };
    expect(await rulesBrokenBy(files)).toContainEqual(expect.objectContaining({ rule, from }));
  });

  it("no-cycles is reported, for types as well", async () => {
    const violations = await rulesBrokenBy({ "config/a.ts": importingType("./b.ts"), "config/b.ts": importingType("./a.ts") });
    expect(violations.map(({ rule }) => rule)).toContain("no-cycles");
  });

  it("no-orphans is reported for a file nobody imports and that imports nothing", async () => {
    expect((await rulesBrokenBy({ "config/a.ts": THING })).map(({ rule }) => rule)).toEqual(["no-orphans"]);
  });

  it("see through JSX, and imports that are made later", async () => {
    const page =
      'const page = () => import("../people/b.tsx");\nexport const a = <T,>(shown: T) => <b onClick={page}>{String(shown)}</b>;\n';
    const files = { "client/src/features/tools/a.tsx": page, "client/src/features/people/b.tsx": "export const b = <br />;\n" };
    expect(await rulesBrokenBy(files)).toContainEqual(expect.objectContaining({ rule: "features-apart" }));
  });

  it("say nothing about the directions that are meant", async () => {
    const right = {
      "schemas/wire.ts": THING,
      "config/load.ts": importing("../schemas/wire.ts"),
      "api/connections/registry.ts": importing("../../config/load.ts"),
      "api/storage/sqlite/store.ts": importing("node:sqlite"),
      "api/compose.ts": `${importing("./connections/registry.ts")}import "./storage/sqlite/store.ts";\n`,
      "api/main.ts": importing("./compose.ts"),
      "client/src/main.tsx": importing("../../schemas/wire.ts"),
      "test/a.test.ts": importing("../api/compose.ts"),
    };
    expect(await rulesBrokenBy(right)).toEqual([]);
  });

  it("are all in this file", () => {
    const { forbidden } = createRequire(import.meta.url)("../../.dependency-cruiser.cjs") as { forbidden: { name: string }[] };
    const tested = new Set([...WRONG.map(([rule]) => rule), "no-cycles", "no-orphans"]);
    expect(forbidden.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([]);
  });

  it("are checked on every file of this house", async () => {
    const { seen } = await cruiseRooms(ROOT);
    expect([...seen].sort()).toEqual(sourceFiles(ROOT).sort());
  });
});
