import type { ProblemCode } from "./problem-codes.ts";

export type { ProblemCode } from "./problem-codes.ts";

/** Something wrong in a file, with the place to look at. `line` and `column` count from 1. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly code: ProblemCode;
  readonly message: string;
  readonly file: string;
  readonly line: number | null;
  readonly column: number | null;
  /** JSON pointer, for example `/mcpServers/github/timeout`. */
  readonly path: string;
  /** The `mcpServers` key it belongs to, if it belongs to one. */
  readonly server: string | null;
  readonly expected?: string;
  readonly found?: string;
  readonly suggestion?: string;
}

/** Keys and indexes from the root of the file down. */
export type Path = readonly (string | number)[];

/** What a check says; the place is looked up by the path. */
export interface Finding extends Omit<Problem, "file" | "line" | "column" | "path" | "server" | "severity"> {
  /** @default "error" */
  readonly severity?: Problem["severity"];
  /** Where the squiggle goes. @default "value" */
  readonly at?: "key" | "value";
  /** Of a misspelt key: the one that was meant, which counts as wrong as well. */
  readonly meant?: Path;
}

export type Report = (path: Path, finding: Finding) => void;

export function pointer(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The `mcpServers` key a path leads into, if it does. */
export function serverOf(path: Path): string | null {
  return path[0] === "mcpServers" && path.length > 1 ? String(path[1]) : null;
}
