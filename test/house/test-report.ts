/** The part of vitest's JSON report that is counted here. */
export interface VitestReport {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string }[];
  }[];
}

export interface Counted {
  passed: number;
  failed: number;
  /** Tests that did not run and say why, with a date. */
  excused: readonly string[];
  /** Why `failed` is not zero, one line each. */
  faults: readonly string[];
}

/** A test that may be left out says so in its title: `… (not run: needs a real mongod, 2026-11-21)`. */
const DATED_REASON = /\(not run: [^)]{5,}, \d{4}-\d{2}-\d{2}\)/;

/** Counts a report. A skipped test without a dated reason, and a file that brought no test, count as failed. */
export function countReport(report: VitestReport): Counted {
  const excused: string[] = [];
  const faults: string[] = [];
  let passed = 0;
  for (const file of report.testResults) {
    if (file.assertionResults.length === 0) faults.push(`${file.name}: no test ran${file.message ? ` (${file.message})` : ""}`);
    for (const { fullName, status } of file.assertionResults) {
      if (status === "passed") passed += 1;
      else if (status === "failed") faults.push(`failed: ${fullName}`);
      else if (DATED_REASON.test(fullName)) excused.push(fullName);
      else faults.push(`skipped without a dated reason: ${fullName}`);
    }
  }
  if (passed === 0) faults.push("no test passed");
  return { passed, failed: faults.length, excused, faults };
}
