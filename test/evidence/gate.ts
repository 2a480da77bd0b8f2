import { type Case, type TestResult, verdictOf } from "./join.ts";

/** Cases that must be shown: of the promised areas those of the highest severity, and faults. One line for each that is not. */
export function unshown(cases: readonly Case[], areas: Readonly<Record<string, string>>, tests: readonly TestResult[]): string[] {
  return cases
    .filter(({ area, sev }) => areas[area] === "promised" && (sev === undefined || sev === "P0"))
    .filter((each) => verdictOf(each, tests) !== "shown")
    .map(
      (each) =>
        `${each.id} (${each.area}) is promised and ${verdictOf(each, tests) === "failing" ? "its test fails" : "no test shows it"}`,
    );
}
