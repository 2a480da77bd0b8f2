import type { Problem } from "../config/problem.ts";
import { EXAMPLE_FILE, type Settings } from "./settings.ts";
import type { Storage } from "./storage/open-storage.ts";

const MAX_PROBLEMS = 20;

/** What is wrong in the file, a line each, worst first. */
export function problemLines(problems: readonly Problem[]): string[] {
  const lines = [...problems]
    .sort((a, b) => a.severity.localeCompare(b.severity))
    .map((problem) => {
      const place = [problem.file, problem.line, problem.column].filter((part) => part !== null).join(":");
      const expected = problem.expected === undefined ? "" : `; expected ${problem.expected}`;
      const suggestion = problem.suggestion === undefined ? "" : ` (${problem.suggestion})`;
      return `${place}: ${problem.severity}: ${problem.message}${expected}${suggestion}`;
    });
  return lines.length <= MAX_PROBLEMS ? lines : [...lines.slice(0, MAX_PROBLEMS), `… and ${lines.length - MAX_PROBLEMS} more`];
}

export interface WelcomeParts {
  url: string;
  settings: Settings;
  storage: Storage;
  /** Null once somebody is admin. */
  setupToken: string | null;
}

/** What a person needs to know now: where it is, what to do first, where things are kept. */
export function welcome({ url, settings, storage, setupToken }: WelcomeParts): string {
  const { stores, keys } = storage;
  const [key] = keys.current();
  const lines = ["", `  Patchbay is ready at ${url}`, ""];
  if (setupToken !== null) {
    lines.push(
      "  First run: open this link to make the admin account (it works once, for a day):",
      `  ${url}/setup#token=${setupToken}`,
      "",
    );
  }
  if (settings.isExample) {
    lines.push(`  There is no librechat.yaml here: running ${EXAMPLE_FILE} with its bundled demo servers.`);
  } else lines.push(`  Configuration: ${settings.config}`);
  lines.push(
    `  Storage: ${stores.describe()}`,
    `  Key: ${key.where}${keys.generated ? " (made just now; back it up, stored values are lost without it)" : ""}`,
  );
  if (settings.host === "127.0.0.1") lines.push("  Only this machine can reach it; set HOST=0.0.0.0 to open it to the network.");
  return [...lines, ""].join("\n");
}
