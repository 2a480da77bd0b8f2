import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directNpx } from "../../../api/mcp/stdio/direct-npx.ts";

const cwd = mkdtempSync(join(tmpdir(), "patchbay-npx-"));
const home = join(cwd, "node_modules", "@acme", "server-x");
mkdirSync(home, { recursive: true });
writeFileSync(
  join(home, "package.json"),
  JSON.stringify({ name: "@acme/server-x", version: "1.2.3", bin: { "server-x": "cli.js" } }),
);
writeFileSync(join(home, "cli.js"), "#!/usr/bin/env node\n");
const run = (...args: string[]) => directNpx({ command: "npx", args, env: { A: "1" }, cwd });

describe("npx of an installed package", () => {
  it("runs its bin with node, the other arguments as they are", () => {
    const direct = { command: process.execPath, args: [join(home, "cli.js"), "--flag", "-y"], env: { A: "1" }, cwd };
    expect(run("-y", "@acme/server-x", "--flag", "-y")).toEqual(direct);
    expect(run("@acme/server-x@1.2.3", "--flag", "-y")).toEqual(direct);
  });

  it("stays npx's own business for other versions, tags, flags and packages", () => {
    for (const args of [
      ["@acme/server-x@1.2.4"],
      ["@acme/server-x@latest"],
      ["-p", "@acme/server-x", "server-x"],
      ["-y", "not-there"],
      ["./x"],
      [],
    ]) {
      expect(run(...args)).toMatchObject({ command: "npx", args });
    }
    expect(directNpx({ command: "node", args: ["@acme/server-x"], env: {}, cwd }).command).toBe("node");
  });
});
