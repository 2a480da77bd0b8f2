import { existsSync, readFileSync } from "node:fs";
import { type Case, joinEvidence, type TestResult } from "./join.ts";

/** `npm run evidence [-- FILE …]`: which cases the last test run has shown. Case files are lines of JSON. */
const REPORT = "test-results/vitest.json";
const DEFAULT_FILES = ["../shared/cases/attack.jsonl", "../shared/cases/fault.jsonl"];

const files = process.argv.length > 2 ? process.argv.slice(2) : DEFAULT_FILES.filter((file) => existsSync(file));
if (files.length === 0 || !existsSync(REPORT)) {
  console.error(
    files.length === 0 ? "Name the case files: npm run evidence -- FILE …" : `There is no ${REPORT}: run \`npm test\` first.`,
  );
  process.exit(2);
}

const cases = files.flatMap((file) =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Case),
);
const report = JSON.parse(readFileSync(REPORT, "utf8")) as {
  testResults: { assertionResults: { fullName: string; status: string }[] }[];
};
const tests: TestResult[] = report.testResults.flatMap(({ assertionResults }) =>
  assertionResults.map(({ fullName, status }) => ({ name: fullName, status })),
);

const rows = joinEvidence(cases, tests);
const width = Math.max(...rows.map(({ area }) => area.length));
console.log(`${"area".padEnd(width)}  sev    shown  failing  not yet`);
for (const { area, severity, counts } of rows) {
  const figures = [counts.shown, counts.failing, counts["not yet"]].map((count, index) =>
    String(count).padStart([5, 7, 7][index] ?? 5),
  );
  console.log(`${area.padEnd(width)}  ${severity.padEnd(5)}  ${figures.join("  ")}`);
}
for (const verdict of ["failing", "notYet"] as const) {
  const ids = rows.flatMap((row) => row[verdict]);
  console.log(`\n${verdict === "failing" ? "failing" : "not yet"} (${ids.length}): ${ids.join(" ")}`);
}
const failing = rows.reduce((sum, { counts }) => sum + counts.failing, 0);
console.log(`\n${rows.reduce((sum, { counts }) => sum + counts.shown, 0)} of ${cases.length} cases shown`);
process.exitCode = failing > 0 ? 1 : 0;
