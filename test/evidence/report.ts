import type { VitestReport } from "../house/test-report.ts";
import type { TestResult } from "./join.ts";

export function testsIn(report: VitestReport): TestResult[] {
  return report.testResults.flatMap(({ assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({ name: fullName, status })),
  );
}
