import { describe, expect, it } from "vitest";
import { unshown } from "../../evidence/gate.ts";
import type { Case } from "../../evidence/join.ts";
import { casesOnPage, evidencePage } from "../../evidence/page.ts";

const AREAS = { walls: "promised", roof: "owed", garden: "step 9: later" };
const cases: Case[] = [
  { id: "WALL-01", area: "walls", sev: "P0" },
  { id: "WALL-02", area: "walls", sev: "P1" },
  { id: "F-WALL-03", area: "walls" },
  { id: "ROOF-01", area: "roof", sev: "P0" },
  { id: "TREE-01", area: "garden", sev: "P0" },
];
const passed = (name: string) => ({ name, status: "passed" });

describe("the promise", () => {
  it("wants a passing test for each case of the highest severity and each fault of a promised area, and of no other", () => {
    const lines = unshown(cases, AREAS, []);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe("WALL-01 (walls) is promised and no test shows it");
    expect(lines[1]).toContain("F-WALL-03");
    expect(unshown(cases, AREAS, [passed("[WALL-01] holds"), passed("[F-WALL-03] holds too")])).toEqual([]);
  });

  it("is broken by a test that fails or was left out", () => {
    const others = [passed("[F-WALL-03] holds"), passed("[WALL-01] holds")];
    expect(unshown(cases, AREAS, [...others, { name: "[WALL-01] in rain", status: "failed" }])).toEqual([
      "WALL-01 (walls) is promised and its test fails",
    ]);
    expect(unshown(cases, AREAS, [passed("[F-WALL-03]"), { name: "[WALL-01]", status: "skipped" }])).toHaveLength(1);
    expect(unshown(cases, AREAS, [passed("[F-WALL-03]"), passed("[WALL-011]"), passed("F-WALL-01")])).toHaveLength(1);
  });
});

describe("the page", () => {
  it("lists every case with the files that show it", () => {
    const tests = { "test/a.test.ts": 'it("[WALL-01] [ROOF-01] holds")', "test/b.test.ts": 'it("[WALL-01] in rain")' };
    const page = evidencePage({ cases, areas: AREAS, tests });
    expect(Object.fromEntries(casesOnPage(page))).toEqual({
      "WALL-01": ["test/a.test.ts", "test/b.test.ts"],
      "WALL-02": [],
      "F-WALL-03": [],
      "ROOF-01": ["test/a.test.ts"],
      "TREE-01": [],
    });
  });
});
