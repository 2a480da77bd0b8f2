/** Stable codes of everything that can be wrong with a configuration file. */
export type ProblemCode = string;

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
