import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { AREAS } from "./areas.ts";
import { unshown } from "./gate.ts";
import { type AreaRow, type Case, joinEvidence, type TestResult } from "./join.ts";
import { evidencePage } from "./page.ts";
import { casesIn, readRegister, registered, writeRegister } from "./register.ts";
import { testsIn } from "./report.ts";
import { testFiles } from "./test-files.ts";

/**
 * `npm run evidence [-- FILE …]`: which cases the last test run has shown, and the last long run. Case files are lines of JSON; without any, the
 * register counts. `--write` makes the register anew from the case files, `--docs` writes docs/evidence.md from the tests
 * as they stand.
 */
const REPORT = "test-results/vitest.json";
/** Of the last `npm run chaos`, when there was one. */
const LONG_REPORT = "test-results/chaos.json";
const DEFAULT_FILES = ["../shared/cases/attack.jsonl", "../shared/cases/fault.jsonl"];

process.chdir(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { write: { type: "boolean" }, docs: { type: "boolean" } },
});
const files = positionals.length > 0 ? positionals : DEFAULT_FILES.filter((file) => existsSync(file));
const cases = files.length > 0 ? files.flatMap((file) => casesIn(readFileSync(file, "utf8"))) : readRegister();
if (values.write === true) {
  if (files.length === 0) end("Name the case files: npm run evidence -- --write FILE …");
  writeRegister(cases);
  console.log(`${cases.length} cases are in the register.`);
} else if (values.docs === true) {
  writeFileSync("docs/evidence.md", evidencePage({ cases: readRegister(), areas: AREAS, tests: testFiles(".") }));
} else {
  const [known, given] = [readRegister().map(registered).sort(), cases.map(registered).sort()];
  if (positionals.length === 0 && known.join() !== given.join())
    console.log("The register differs from the case files: npm run evidence -- --write\n");
  if (!existsSync(REPORT)) end(`There is no ${REPORT}: run \`npm test\` first.`);
  const reports = [REPORT, LONG_REPORT].filter((file) => existsSync(file));
  show(
    cases,
    reports.flatMap((file) => testsIn(JSON.parse(readFileSync(file, "utf8")))),
  );
}

function show(cases: readonly Case[], tests: readonly TestResult[]): void {
  const rows = joinEvidence(cases, tests);
  print(rows, cases.length);
  const missing = unshown(cases, AREAS, tests);
  for (const line of missing) console.log(line);
  process.exitCode = missing.length > 0 || rows.some(({ counts }) => counts.failing > 0) ? 1 : 0;
}

function print(rows: readonly AreaRow[], total: number): void {
  const width = Math.max(...rows.map(({ area }) => area.length));
  console.log(`${"area".padEnd(width)}  sev    shown  failing  not yet`);
  for (const { area, severity, counts } of rows) {
    const figures = [counts.shown, counts.failing, counts["not yet"]].map((count, index) =>
      String(count).padStart([5, 7, 7][index] ?? 5),
    );
    console.log(`${area.padEnd(width)}  ${severity.padEnd(5)}  ${figures.join("  ")}  ${AREAS[area] ?? "in no promise"}`);
  }
  for (const verdict of ["failing", "notYet"] as const) {
    const ids = rows.flatMap((row) => row[verdict]);
    console.log(`\n${verdict === "failing" ? "failing" : "not yet"} (${ids.length}): ${ids.join(" ")}`);
  }
  console.log(`\n${rows.reduce((sum, { counts }) => sum + counts.shown, 0)} of ${total} cases shown`);
}

function end(message: string): never {
  console.error(message);
  process.exit(2);
}
