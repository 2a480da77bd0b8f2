import { styleText } from "node:util";
import type { Problem } from "../problem.ts";

const MAX_EXCERPT_CHARACTERS = 120;

/** A problem as a good compiler shows it: place, sentence, the line with a mark below, what was expected. */
export function formatProblem(problem: Problem, source: string, isColoured: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    isColoured ? styleText(style, text, { validateStream: false }) : text;
  const { severity, code, message, expected, found, suggestion } = problem;
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== null).join(":");
  const label = paint(["bold", severity === "error" ? "red" : "yellow"], severity);
  const lines = [`${paint("bold", place)}: ${label}: ${message} ${paint("dim", `[${code}]`)}`];
  lines.push(...excerpt(problem, source).map((line) => paint("cyan", line)));
  const notes = { expected, found, help: suggestion };
  for (const [name, text] of Object.entries(notes)) {
    if (text !== undefined) lines.push(`  ${paint("dim", `${name}:`.padEnd(9))} ${text}`);
  }
  return lines.join("\n");
}

function excerpt({ line, column }: Problem, source: string): string[] {
  const text = line === null ? undefined : source.split("\n")[line - 1]?.trimEnd();
  if (line === null || column === null || text === undefined || text.length > MAX_EXCERPT_CHARACTERS) return [];
  const gutter = `${line}`.padStart(5);
  const width = Math.max(1, /^[^\s:,{}[\]]+/.exec(text.slice(column - 1))?.[0].length ?? 1);
  // A tab stays a tab, so that the mark stands below what it means.
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, " ");
  return [`${gutter} | ${text}`, `${" ".repeat(gutter.length)} | ${indent}${"^".repeat(width)}`];
}
