import { describe, expect, it } from "vitest";
import { type Case, joinEvidence, verdictOf } from "../../evidence/join.ts";

const of = (id: string, sev?: string): Case => ({ id, area: "headers", sev });

describe("evidence", () => {
  it("counts a case only by tests that carry its whole id", () => {
    const tests = [{ name: "the gate [SSRF-03] and ENV-03 ENV-04: words", status: "passed" }];
    for (const id of ["SSRF-03", "ENV-03", "ENV-04"]) expect(verdictOf(of(id), tests)).toBe("shown");
    for (const id of ["SSRF-0", "SSRF-033", "F-SSRF-03", "ENV-05"]) expect(verdictOf(of(id), tests)).toBe("not yet");
  });

  it("lets one failing test outweigh a passing one, and a skipped one count for nothing", () => {
    const tests = [
      { name: "[A-1]", status: "passed" },
      { name: "again [A-1]", status: "failed" },
      { name: "[A-2]", status: "skipped" },
    ];
    expect([verdictOf(of("A-1"), tests), verdictOf(of("A-2"), tests)]).toEqual(["failing", "not yet"]);
    expect(joinEvidence([of("A-1", "P0"), of("A-2", "P0"), of("A-3")], tests)).toMatchObject([
      { severity: "P0", counts: { shown: 0, failing: 1, "not yet": 1 }, failing: ["A-1"], notYet: ["A-2"] },
      { severity: "fault", counts: { "not yet": 1 } },
    ]);
  });
});
