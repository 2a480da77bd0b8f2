import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ERROR_CODES } from "../../schemas/error-codes.ts";
import { codeFromText } from "./code-from-text.ts";
import { badNames, belowFloor, hostsInLockfile, looseVersions, storesWithoutContract, tooLong } from "./findings.ts";
import { deadLinks, mapFaults, renderErrorTable, sectionOf } from "./readme.ts";
import { sourceFiles } from "./source-files.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const text = (path: string) => readFileSync(join(ROOT, path), "utf8");
const sources = Object.fromEntries(sourceFiles(ROOT).map((path) => [path, text(path)]));
const contracts = Object.entries(sources).filter(([path]) => path.startsWith("test/contract/"));

/** Folders of the map: the top level, and the rooms of `api`. */
function rooms(): string[] {
  const folders = (of: string) => readdirSync(join(ROOT, of), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [...["api", "client", "config", "schemas", "test"], ...folders("api").map(({ name }) => `api/${name}`)];
}

describe("this house", () => {
  it("keeps every file within 300 lines", () => {
    expect(tooLong({ "a.ts": `${"x\n".repeat(300)}` })).toEqual([]);
    expect(tooLong({ "a.ts": `${"x\n".repeat(301)}` })).toEqual(["a.ts has 301 lines, more than 300"]);
    expect(tooLong(sources)).toEqual([]);
  });

  it("has no barrels, no rooms without a meaning, and kebab-case names", () => {
    expect(badNames(["api/index.ts", "client/src/utils/a.ts", "api/MyFile.ts", "api/http/rate-limit.ts"])).toHaveLength(3);
    expect(badNames(Object.keys(sources))).toEqual([]);
  });

  it("[OPS-02] makes no code out of text", () => {
    const bad = [
      "eval(x)",
      "new Function(x)",
      "Function('return 1')",
      "globalThis.eval(x)",
      "(0, eval)(x)",
      "(async () => {}).Function(x)",
    ];
    for (const each of bad) expect(codeFromText("a.ts", each)).toHaveLength(1);
    expect(codeFromText("a.tsx", "const a = <p>{evaluate(x)}</p>; type F = Function; a.functions(x);")).toEqual([]);
    const shipped = Object.entries(sources).filter(([path]) => !path.startsWith("test/"));
    expect(shipped.length).toBeGreaterThan(300);
    expect(shipped.flatMap(([path, each]) => codeFromText(path, each))).toEqual([]);
  });

  it("has a contract for every store port, run for SQLite and for MongoDB", () => {
    const ports = "export interface TeaStore {\n}\nexport interface CupStore {\n}\n";
    expect(storesWithoutContract(ports, ["export function describeTeaStore() {}"])).toEqual(["CupStore has no contract"]);
    expect(storesWithoutContract("", [])).toEqual(["no store port was found"]);
    expect(
      storesWithoutContract(
        text("api/ports/stores.ts"),
        contracts.map(([, contract]) => contract),
      ),
    ).toEqual([]);
    const tests = contracts.filter(([path]) => path.endsWith(".test.ts")).map(([, each]) => each);
    expect(tests.some((each) => /sqlite/i.test(each))).toBe(true);
    expect(tests.some((each) => /mongo/i.test(each))).toBe(true);
  });

  it("names no host in the lockfile", () => {
    const bad = JSON.stringify({ packages: { "": {}, "node_modules/a": { resolved: "https://example.org/a.tgz" } } });
    expect(hostsInLockfile(bad)).toEqual(["node_modules/a names https://example.org/a.tgz"]);
    expect(hostsInLockfile(text("package-lock.json"))).toEqual([]);
  });

  it("depends on exact versions", () => {
    expect(looseVersions('{"dependencies":{"a":"^1.0.0","b":"1.0.0","c":"1.0.0-alpha.12"}}')).toEqual([
      'a is "^1.0.0", not one exact version',
    ]);
    expect(looseVersions(text("package.json"))).toEqual([]);
  });

  it("uses no library below its floor", () => {
    const lock = (version: string) => JSON.stringify({ packages: { "node_modules/x/node_modules/yaml": { version } } });
    expect(belowFloor(lock("2.8.2"), { yaml: "2.8.3" })).toEqual(["node_modules/x/node_modules/yaml is 2.8.2, below 2.8.3"]);
    expect(belowFloor(lock("2.10.0"), { yaml: "2.8.3" })).toEqual([]);
    expect(belowFloor(lock("1.0.0"), { ajv: "8.18.0" })).toEqual(["ajv is not installed: drop its floor"]);
    expect(belowFloor(text("package-lock.json"))).toEqual([]);
  });

  it("has a licence, the one package.json names", () => {
    expect(text("LICENSE")).toMatch(/^MIT License\n/);
    expect(JSON.parse(text("package.json"))).toMatchObject({ license: "MIT" });
  });

  it("starts its tests in CI with the command people use", () => {
    expect(text(".ci/run")).toContain("\nnpm ci && npm test\n");
    expect(statSync(join(ROOT, ".ci/run")).mode & 0o111).not.toBe(0);
  });
});

describe("the README", () => {
  const readme = text("README.md");

  it("shows the error table of the code", () => {
    const table = renderErrorTable({ A: { httpStatus: 400, retryable: true, next: "Do." } });
    expect(table.split("\n").at(-1)).toBe("| `A` | 400 | yes | Do. |");
    expect(sectionOf(readme, "error table")).toBe(renderErrorTable(ERROR_CODES));
  });

  it("has every room on its map, and no other", () => {
    const map = "<!-- begin rooms -->\n| `api/` | x |\n| `attic/` | x |\n<!-- end rooms -->";
    expect(mapFaults(map, ["api", "config"])).toEqual(["the map names attic, which is not there", "config is not on the map"]);
    expect(mapFaults(readme, rooms())).toEqual([]);
  });

  it("links to files that are there", () => {
    const there = (path: string) => existsSync(join(ROOT, path));
    expect(deadLinks("[a](nowhere.md) [b](LICENSE) [c](https://example.org)", there)).toEqual(["nowhere.md"]);
    expect(deadLinks(readme, there)).toEqual([]);
    const deploy = (path: string) => there(join("docs/deploy", path));
    expect(deadLinks(text("docs/deploy/README.md"), deploy)).toEqual([]);
    expect(deadLinks(text("docs/embedding.md"), (path) => there(join("docs", path)))).toEqual([]);
  });
});
