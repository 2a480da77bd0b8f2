import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../../config/cli/run-command.ts";
import { compileSchema } from "../../../schemas/compile.ts";

async function output(...args: string[]): Promise<string> {
  const lines: string[] = [];
  expect(await runCommand(args, { print: (line) => lines.push(line), env: {}, isColoured: false })).toBe(0);
  return `${lines.join("\n")}\n`;
}

describe("patchbay schema", () => {
  it("--docs is what docs/configuration.md holds", async () => {
    const page = readFileSync(fileURLToPath(new URL("../../../docs/configuration.md", import.meta.url)), "utf8");
    expect(await output("schema", "--docs"), "run: npx patchbay schema --docs > docs/configuration.md").toBe(page);
  });

  it("alone is one schema that checks a whole file", async () => {
    const check = compileSchema(JSON.parse(await output("schema")));
    expect(check({ version: "1", mcpServers: { a: { command: "x", args: [] } } })).toEqual([]);
    expect(check({ version: "1", mcpServers: { a: { command: "x", args: [], timeout: "x" } } })).not.toEqual([]);
  });
});
