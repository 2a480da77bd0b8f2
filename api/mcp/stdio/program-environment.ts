import type { FilledValues } from "../../../config/templates/resolved.ts";
import { absolutePath } from "./check-program.ts";
import type { SystemUser } from "./run-as.ts";

/** What a child gets of our own environment: enough to find programs, nothing that is ours. */
const INHERITED = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "TZ", "TMPDIR"] as const;

export function inheritedEnvironment(user: SystemUser | null): Record<string, string> {
  const own: Record<string, string | undefined> = { ...process.env };
  own.PATH &&= absolutePath(own.PATH);
  if (user !== null) Object.assign(own, { HOME: user.home, USER: user.name, LOGNAME: user.name, SHELL: null });
  const entries = INHERITED.map((name) => [name, own[name]] as const);
  // A value that starts with "()" is a function exported by a shell: never hand code on.
  return Object.fromEntries(
    entries.filter((entry): entry is [(typeof INHERITED)[number], string] => entry[1]?.startsWith("()") === false),
  );
}

/** What a program was given that nobody may read in what it writes; where its home is, is none of that. */
export function secretsIn({ env, filled = [] }: { env: Readonly<Record<string, string>>; filled?: FilledValues }): string[] {
  const everybodys = new Set(Object.values(inheritedEnvironment(null)));
  const values = Object.entries(env).flatMap(([name, value]) => (PLAIN.has(name) ? [] : [value]));
  return [...values, ...filled.filter((value) => !everybodys.has(value))];
}

const PLAIN: ReadonlySet<string> = new Set(INHERITED);
