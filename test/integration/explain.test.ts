import { afterEach, expect, it } from "vitest";
import { explainCommand } from "../../api/cli/explain.ts";
import { type RunningHouse, startHouse } from "../support/house.ts";

let house: RunningHouse | undefined;
afterEach(() => house?.close());

const SERVER = {
  type: "streamable-http",
  url: "${API_URL}/mcp/{{WORKSPACE}}",
  headers: {
    Authorization: "Bearer {{KEY}}",
    "X-User": "{{LIBRECHAT_USER_EMAIL}}",
    "X-Org": "${ORG_SECRET}",
    "X-Api-Key": "pasted-by-mistake",
  },
  customUserVars: {
    KEY: { title: "Key", description: "" },
    WORKSPACE: { title: "Workspace", description: "", sensitive: false },
  },
  startup: false,
};

async function explain(running: RunningHouse, ...args: string[]) {
  const lines: string[] = [];
  const env = {
    DATA_DIR: running.dataFolder,
    CONFIG_PATH: running.configPath,
    API_URL: "https://api.example",
    ORG_SECRET: "org-secret-value",
  };
  const code = await explainCommand(args, { print: (line) => lines.push(line), env, isColoured: false });
  return { code, text: lines.join("\n") };
}

it("explains what would be sent, with origins and without a secret in the clear", async () => {
  house = await startHouse({ api: SERVER });
  const ann = await house.user("ann");
  const missing = await explain(house, "api", "--user", "ann@example.org");
  expect(missing.code).toBe(1);
  expect(missing.text).toContain("missing: KEY in headers.Authorization");
  await ann.ask("POST", "/api/user/plugins", {
    pluginKey: "mcp_api",
    action: "install",
    auth: { KEY: "secret-of-ann", WORKSPACE: "acme" },
  });
  const { code, text } = await explain(house, "api", "--user", "Ann@Example.org");
  expect(code).toBe(0);
  expect(text).toContain("https://api.example/mcp/acme");
  expect(text).toMatch(/X-User\s+ann@example\.org/);
  expect(text).toContain("{{KEY}}: entered by the user");
  expect(text).toContain("${ORG_SECRET}: the environment");
  for (const secret of ["secret-of-ann", "org-secret-value", "pasted-by-mistake"]) expect(text).not.toContain(secret);
});

it("says what it does not know", async () => {
  house = await startHouse({ api: SERVER, broken: { type: "nonsense" } });
  await house.admin();
  expect(await explain(house, "nope", "--user", "admin@example.org")).toMatchObject({
    code: 1,
    text: expect.stringContaining('no server "nope"'),
  });
  expect(await explain(house, "broken", "--user", "admin@example.org")).toMatchObject({
    code: 1,
    text: expect.stringContaining("is not usable"),
  });
  expect(await explain(house, "api", "--user", "nobody@example.org")).toMatchObject({
    code: 1,
    text: expect.stringContaining("no account"),
  });
  expect((await explain(house, "api")).code).toBe(2);
});
