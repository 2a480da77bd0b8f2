import { type ValidDocument, validateConfig } from "./checks/validate-config.ts";
import { normalizeConfig } from "./normalize-config.ts";
import { type Path, type Problem, pointer, type Report, serverOf } from "./problem.ts";
import type { Environment, PlatformConfig } from "./types.ts";
import { type ParseOutcome, parseYaml } from "./yaml/parse-yaml.ts";

export interface LoadResult {
  /** Everything valid in the file. Empty when the file is not usable. */
  readonly config: PlatformConfig;
  /** All problems, in the order of the file. */
  readonly problems: readonly Problem[];
  /** False for an error that cannot be left out with one server or one provider: a last good configuration stays. */
  readonly isUsable: boolean;
  /** Servers that are in the file and were left out for an error of theirs. */
  readonly brokenServers: readonly string[];
  /** The file in YAML spelling, unknown keys gone, defaults of settings filled in. */
  readonly document: ValidDocument;
}

/** What is shared by everything in the file: there is nothing else to leave out for an error in it. */
const SHARED_SECTIONS = /^\/(version|mcpSettings|interface)(\/|$)|^\/mcpServers$/;

/**
 * YAML text to configuration; the whole pipeline. Never throws for anything a file can hold: valid servers load,
 * a bad one is left out with its problems. What restricts people and cannot be read is as strict as it can be.
 * `env` is what `${NAME}` will see; without it such names are not checked.
 */
export function loadConfig(text: string | Uint8Array, file: string, env?: Environment): LoadResult {
  const { parsed, problems: syntaxProblems } = parseYaml(text, file);
  const problems = [...syntaxProblems];
  const root = parsed === null ? null : rootOf(parsed.value);
  if (parsed !== null && root === null) problems.push(notAMapping(file, parsed.value));

  const broken = new Set(problems.flatMap(({ severity, path }) => (severity === "error" ? placesAbove(path) : [])));
  const report: Report = (path, { at = "value", severity = "error", meant, ...finding }) => {
    const place = parsed?.locate(path, at) ?? { line: null, column: null };
    problems.push({ severity, ...finding, file, ...place, path: pointer(path), server: serverOf(path) });
    if (severity !== "error") return;
    for (const each of [path, meant ?? path]) for (const above of placesAbove(pointer(each))) broken.add(above);
  };
  const isBroken = (path: Path) => broken.has(pointer(path));
  const validated = validateConfig(root ?? { version: "" }, env, report);
  const config = normalizeConfig(validated, {
    env,
    report,
    isBroken,
    locationOf: (name) => ({ file, ...(parsed?.locate(["mcpServers", name], "key") ?? { line: 1, column: 1 }) }),
  });
  const inFile = new Set([...Object.keys(validated.document.mcpServers), ...problems.flatMap(({ server }) => server ?? [])]);
  return {
    config,
    problems: inOrder(problems),
    isUsable: root !== null && ![...broken].some((path) => SHARED_SECTIONS.test(path)),
    brokenServers: [...inFile].filter((name) => !config.servers.has(name)),
    document: validated.document,
  };
}

function rootOf(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}

function notAMapping(file: string, value: unknown): ParseOutcome["problems"][number] {
  return {
    severity: "error",
    code: "root-not-map",
    message: value === null ? "the file is empty" : "the file is not a mapping of sections",
    file,
    line: 1,
    column: 1,
    path: "",
    server: null,
    expected: "`version:` and `mcpServers:` at the left margin",
    found: value === null ? "nothing" : Array.isArray(value) ? "a list" : "a text",
  };
}

/** The places above an error that something is left out for: a server, a model provider, a section. */
function placesAbove(path: string): string[] {
  const parts = path.split("/");
  return [parts.slice(0, 3).join("/"), parts.slice(0, 4).join("/")];
}

function inOrder(problems: readonly Problem[]): Problem[] {
  const line = (problem: Problem) => problem.line ?? 0;
  return [...problems].sort((a, b) => line(a) - line(b) || (a.column ?? 0) - (b.column ?? 0));
}
