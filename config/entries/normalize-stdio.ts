import type { Path, Report } from "../problem.ts";
import type { ReadTemplate } from "../templates/template-reader.ts";
import type { StdioTarget } from "../types.ts";
import { type ProgramPackage, programPackage } from "./program-package.ts";
import { programPaths } from "./program-paths.ts";
import type { Entry } from "./transport-kind.ts";

export interface StdioPlace {
  readonly path: Path;
  readonly read: ReadTemplate;
  readonly report: Report;
  /** The file the entry is in; null when it is in none. */
  readonly file: string | null;
  /** What is said of packages without an exact version. */
  readonly unpinned: "warn" | "refuse";
}

const PLACEHOLDER = /\{\{|\$\{/;

/** The program of one checked entry: where it is, what it gets, what it may hold. */
export function stdioTarget(entry: Entry, place: StdioPlace): StdioTarget {
  const { path, read, report, file } = place;
  const written = String(entry.command);
  if (PLACEHOLDER.test(written)) {
    report([...path, "command"], {
      code: "placeholder-not-here",
      message: "nothing is filled in in `command`",
      expected: "the name or path of a program",
      suggestion: "move the placeholder into `args` or `env`",
    });
  }
  if (PLACEHOLDER.test(text(entry.cwd) ?? "")) {
    report([...path, "cwd"], {
      severity: "warning",
      code: "placeholder-not-here",
      message: "nothing is filled in in `cwd`; it is used as it stands",
      expected: "the path of a folder",
    });
  }
  checkForProgram(entry, place);
  const { command, cwd } = programPaths({ command: written, cwd: text(entry.cwd) }, { file, path, report });
  const args = (Array.isArray(entry.args) ? entry.args : []).map((arg, index) => read(arg, [...path, "args", index]));
  const env = Object.fromEntries(
    Object.entries(entry.env ?? {}).map(([key, value]) => [key, read(value, [...path, "env", key])]),
  );
  const fetched = programPackage(
    written,
    args.map(({ source }) => source),
  );
  if (fetched?.isPinned === false) reportUnpinned(fetched, place);
  return {
    kind: "stdio",
    commandAsWritten: written,
    package: fetched?.spec ?? null,
    command,
    args,
    env,
    cwd,
    stderr: stderrOf(entry.stderr),
    maxMemoryMb: typeof entry.maxMemoryMb === "number" ? entry.maxMemoryMb : null,
    runAs: text(entry.runAs),
  };
}

/** What no system can hand to a program; found here, it has a place. */
function checkForProgram(entry: Entry, { path, report }: StdioPlace): void {
  const texts: [Path, unknown][] = [
    [["command"], entry.command],
    [["cwd"], entry.cwd],
    ...(Array.isArray(entry.args) ? entry.args : []).map((arg, index): [Path, unknown] => [["args", index], arg]),
    ...Object.entries(entry.env ?? {}).map(([name, value]): [Path, unknown] => [["env", name], value]),
  ];
  for (const [at, value] of texts)
    if (typeof value === "string" && value.includes("\0"))
      report([...path, ...at], {
        code: "value-invalid",
        message: "a zero byte cannot be handed to a program",
        expected: "text without zero bytes",
      });
  for (const name of Object.keys(entry.env ?? {})) {
    if (name !== "" && !/[=\0]/.test(name)) continue;
    report([...path, "env", name], {
      code: "value-invalid",
      message: "this cannot be the name of an environment variable",
      expected: "a name such as API_KEY, without `=` and zero bytes",
      at: "key",
    });
  }
}

function reportUnpinned({ spec, index, example }: ProgramPackage, { path, report, unpinned }: StdioPlace): void {
  report([...path, "args", index], {
    severity: unpinned === "refuse" ? "error" : "warning",
    code: "package-unpinned",
    message: `\`${spec}\` is unpinned: whatever its maker publishes next runs here`,
    expected: "a package with an exact version",
    found: spec,
    suggestion: `write ${example}, with the version you have looked at`,
  });
}

/** A file descriptor would be one of ours: its nearest meaning is our log. */
function stderrOf(value: unknown): StdioTarget["stderr"] {
  if (value === "ignore") return "ignore";
  return value === "inherit" || typeof value === "number" ? "inherit" : "pipe";
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
