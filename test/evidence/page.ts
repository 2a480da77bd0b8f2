import { type Case, wordOf } from "./join.ts";

export interface PageParts {
  cases: readonly Case[];
  areas: Readonly<Record<string, string>>;
  /** Test files by their path, with their text. */
  tests: Readonly<Record<string, string>>;
}

/** `docs/evidence.md`: how much is shown, and which test shows what. Whether it passes is what `npm test` says. */
export function evidencePage({ cases, areas, tests }: PageParts): string {
  const groups = [...Map.groupBy(cases, ({ area }) => area)];
  const table = groups.flatMap(([area, own]) =>
    [...Map.groupBy(own, severityOf)].map(([severity, some]) => {
      const shown = some.filter(({ id }) => testsOf(id, tests).length > 0).length;
      return `| ${area} | ${severity} | ${shown} of ${some.length} | ${areas[area] ?? ""} |`;
    }),
  );
  const lists = groups.map(([area, own]) => {
    const lines = own.map((each) => {
      const files = testsOf(each.id, tests).map((path) => `[${path}](../${path})`);
      return `| \`${each.id}\` | ${severityOf(each)} | ${files.join("<br>") || "not yet"} |`;
    });
    const title = `## ${area[0]?.toUpperCase()}${area.slice(1)}`;
    return [title, "", "| Case | Severity | Shown by |", "| --- | --- | --- |", ...lines, ""].join("\n");
  });
  return `# Attacks and faults this is tested against

Each case has an id, and the tests that show it carry that id in their name: \`npx vitest run -t F-STD-03\` runs them.
In an area that is *promised*, \`npm test\` fails when a P0 case or a fault has no passing test; what is *owed* is not shown
in full yet, and the rest waits for the step named. \`npm run evidence\` prints what the last test run has shown. This page is
written by \`npm run evidence -- --docs\`.

| Area | Severity | Shown | |
| --- | --- | --- | --- |
${table.join("\n")}

${lists.join("\n")}`;
}

/** Files with a test whose name carries this id. */
export function testsOf(id: string, tests: Readonly<Record<string, string>>): string[] {
  const word = wordOf(id);
  return Object.entries(tests).flatMap(([path, text]) => (word.test(text) ? [path] : []));
}

/** The cases of such a page, and the files it names for each. */
export function casesOnPage(page: string): Map<string, string[]> {
  const found = page.matchAll(/^\| `([A-Z0-9-]+)` \| \S+ \| (.*) \|$/gm);
  return new Map(
    [...found].map(([, id = "", files = ""]) => [id, [...files.matchAll(/\[([^\]]+)\]/g)].map(([, path = ""]) => path)]),
  );
}

function severityOf({ sev }: Case): string {
  return sev ?? "fault";
}
