/** One thing the product must stand, as a line of a case file. */
export interface Case {
  id: string;
  area: string;
  /** Attacks have one; faults do not. */
  sev?: string;
}

export interface TestResult {
  name: string;
  status: string;
}

export type Verdict = "shown" | "failing" | "not yet";

export interface AreaRow {
  area: string;
  severity: string;
  counts: Record<Verdict, number>;
  failing: string[];
  notYet: string[];
}

/** A case is shown by tests that carry its id in their name; all of them must pass. */
export function verdictOf({ id }: Case, tests: readonly TestResult[]): Verdict {
  const word = wordOf(id);
  const its = tests.filter(({ name }) => word.test(name));
  if (its.some(({ status }) => status === "failed")) return "failing";
  return its.some(({ status }) => status === "passed") ? "shown" : "not yet";
}

/** The whole id: `SSRF-1` is in neither `SSRF-11` nor `F-SSRF-1`. */
export function wordOf(id: string): RegExp {
  return new RegExp(`(^|[^A-Z0-9-])${id}([^0-9-]|$)`);
}

/** The table: a row for each area and severity, in the order of the files. */
export function joinEvidence(cases: readonly Case[], tests: readonly TestResult[]): AreaRow[] {
  const rows = new Map<string, AreaRow>();
  for (const each of cases) {
    const severity = each.sev ?? "fault";
    const key = `${each.area}\n${severity}`;
    const row = rows.get(key) ?? {
      area: each.area,
      severity,
      counts: { shown: 0, failing: 0, "not yet": 0 },
      failing: [],
      notYet: [],
    };
    rows.set(key, row);
    const verdict = verdictOf(each, tests);
    row.counts[verdict] += 1;
    if (verdict === "failing") row.failing.push(each.id);
    if (verdict === "not yet") row.notYet.push(each.id);
  }
  return [...rows.values()];
}
