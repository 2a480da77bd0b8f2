import { existsSync, readFileSync } from "node:fs";
import { CASE_AREAS, type Case, checkCase } from "./check-case.ts";

/**
 * `npm run cases -- FILE [AREA …]`: runs compatibility cases, one JSON object a line, through the product's own code.
 * Prints the failing ones and a closing line; the exit code is 1 when there are any.
 */
const [file = "../shared/cases/librechat.jsonl", ...areas] = process.argv.slice(2);
if (!existsSync(file)) {
  console.error(`there is no ${file}; usage: npm run cases -- FILE [AREA ...]`);
  process.exit(2);
}
const isAsked = (area: string) => (areas.length > 0 ? areas : CASE_AREAS).includes(area);
const cases = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => JSON.parse(line) as Case);

let passed = 0;
const failures: string[] = [];
for (const one of cases) {
  if (!isAsked(one.area)) continue;
  // What only a quirk of the anchor would pass is not scored, unless the case says what is better.
  if (one.quirk === true && one.preferred === undefined) continue;
  const fault = checkCase(one);
  if (fault === null) passed += 1;
  else failures.push(`${one.id}  ${one.area}  ${one.title}\n    ${fault}`);
}
for (const failure of failures) console.log(failure);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length > 0 ? 1 : 0;
