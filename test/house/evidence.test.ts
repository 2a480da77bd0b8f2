import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { AREAS } from "../evidence/areas.ts";
import { casesOnPage, testsOf } from "../evidence/page.ts";
import { readRegister } from "../evidence/register.ts";
import { testFiles } from "../evidence/test-files.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const register = readRegister();
const page = casesOnPage(readFileSync(join(ROOT, "docs/evidence.md"), "utf8"));
const tests = testFiles(ROOT);

describe("the register of cases", () => {
  it("holds each case once, in an area of which is said what is promised", () => {
    expect(register.length).toBeGreaterThan(200);
    expect(new Set(register.map(({ id }) => id)).size).toBe(register.length);
    expect([...new Set(register.map(({ area }) => area))].sort()).toEqual(Object.keys(AREAS).sort());
  });

  it("is what docs/evidence.md lists (npm run evidence -- --docs)", () => {
    expect([...page.keys()].sort()).toEqual(register.map(({ id }) => id).sort());
  });

  it("is shown where docs/evidence.md says so (npm run evidence -- --docs)", () => {
    const wrong = [...page].filter(([id, files]) => files.some((file) => !testsOf(id, tests).includes(file)));
    expect(wrong).toEqual([]);
  });
});
