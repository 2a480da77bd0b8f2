import { type LoadResult, loadConfig } from "../load-config.ts";
import type { Problem } from "../problem.ts";
import { readConfigFile } from "../source/read-config-file.ts";
import { formatProblem } from "./format-problem.ts";
import type { CommandIo } from "./io.ts";

/** `check FILE [--json]`: every problem of a file. Exit code 0: none that is an error; 1: at least one. */
export async function check(
  [file = ""]: readonly string[],
  { json = false }: { json?: boolean },
  io: CommandIo,
): Promise<number> {
  const { problems, source, servers } = await problemsOf(file, io.env);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  const warnings = problems.length - errors;
  if (json) {
    io.print(JSON.stringify({ file, errors, warnings, servers, problems }, null, 2));
  } else {
    for (const problem of problems) io.print(`${formatProblem(problem, source, io.isColoured)}\n`);
    io.print(`${file}: ${count(servers.length, "server")} usable, ${count(errors, "error")}, ${count(warnings, "warning")}`);
  }
  return errors > 0 ? 1 : 0;
}

async function problemsOf(
  file: string,
  env: CommandIo["env"],
): Promise<{ problems: readonly Problem[]; source: string; servers: readonly string[] }> {
  const read = await readConfigFile(file);
  if (!read.ok) return { problems: [read.problem], source: "", servers: [] };
  const result: LoadResult = loadConfig(read.bytes, file, env);
  return {
    problems: [...read.warnings, ...result.problems],
    source: new TextDecoder().decode(read.bytes),
    servers: [...result.config.servers.keys()],
  };
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? "" : "s"}`;
}
