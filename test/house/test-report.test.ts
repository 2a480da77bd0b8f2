import { describe, expect, it } from "vitest";
import { countReport } from "./test-report.ts";

const report = (...statuses: [title: string, status: string][]) => ({
  testResults: [
    { name: "a.test.ts", status: "passed", assertionResults: statuses.map(([fullName, status]) => ({ fullName, status })) },
  ],
});

describe("counting a test report", () => {
  it("counts what passed and what failed", () => {
    expect(countReport(report(["a", "passed"], ["b", "failed"]))).toMatchObject({ passed: 1, failed: 1, faults: ["failed: b"] });
  });

  it("takes a skipped test for a failed one unless it has a dated reason", () => {
    const excuse = "b (not run: needs a real mongod, 2026-11-21)";
    expect(countReport(report(["a", "passed"], [excuse, "skipped"]))).toMatchObject({ failed: 0, excused: [excuse] });
    expect(countReport(report(["a", "passed"], ["b", "skipped"])).failed).toBe(1);
    expect(countReport(report(["a", "passed"], ["b (not run: some day)", "todo"])).failed).toBe(1);
  });

  it("takes a file without tests for a failure, and no tests at all too", () => {
    expect(
      countReport({ testResults: [{ name: "a", status: "failed", message: "syntax", assertionResults: [] }] }).faults,
    ).toEqual(["a: no test ran (syntax)", "no test passed"]);
  });
});
