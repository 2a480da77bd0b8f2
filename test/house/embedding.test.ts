import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLUGIN_OPTIONS } from "../../api/plugin-options.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const text = (path: string) => readFileSync(join(ROOT, path), "utf8");
const COMPILER = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");

/** A host that is stricter than we are, and knows an older language. */
const COMPILER_OPTIONS = {
  target: "ES2022",
  lib: ["ES2022"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUnusedLocals: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  noEmit: true,
};

/** The examples in TypeScript, as they stand in a text. */
function examples(markdown: string): string[] {
  return [...markdown.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code ?? "");
}

describe("the examples for host applications", () => {
  let host: string;
  beforeAll(() => {
    host = mkdtempSync(join(tmpdir(), "patchbay-host-"));
    symlinkSync(ROOT, join(host, "patchbay"));
    symlinkSync(join(ROOT, "node_modules"), join(host, "node_modules"));
    writeFileSync(join(host, "package.json"), '{"type":"module"}');
    writeFileSync(join(host, "tsconfig.json"), JSON.stringify({ compilerOptions: COMPILER_OPTIONS, files: ["host.ts"] }));
  });
  afterAll(() => rmSync(host, { recursive: true }));

  function faultsOf(code: string): string {
    writeFileSync(join(host, "host.ts"), code);
    try {
      return execFileSync(process.execPath, [COMPILER, "--project", host], { encoding: "utf8" });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  }

  it("compile in a host with a compiler of its own mind", () => {
    const found = [text("README.md"), text("docs/embedding.md")].map(examples);
    expect(found.map(({ length }) => length)).toEqual([1, 1]);
    for (const code of found.flat()) {
      expect(faultsOf(code)).toBe("");
      expect(faultsOf(code.replace(/email: [^,:]+, name/, "name"))).toContain("'email' is missing");
    }
  });
});

describe("the page about embedding", () => {
  it("explains every option, and no other", () => {
    const table = /## The options\n([\s\S]*?)\n\n[^|]/.exec(text("docs/embedding.md"))?.[1] ?? "";
    const named = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(named.sort()).toEqual([...PLUGIN_OPTIONS].sort());
  });
});
