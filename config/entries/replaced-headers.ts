import type { Path, Report } from "../problem.ts";

interface HeaderNames {
  readonly headers: readonly string[];
  readonly requestHeaders: readonly string[];
  /** The header that carries `apiKey`. */
  readonly apiKey: string | null;
}

/** Tells of headers that are not sent as written because another key sets them: a name is one name in any case. */
export function reportReplacedHeaders(
  { headers, requestHeaders, apiKey }: HeaderNames,
  { path, report }: { path: Path; report: Report },
): void {
  const warn = (at: Path, message: string) =>
    report([...path, ...at], {
      severity: "warning",
      code: "header-replaced",
      message,
      suggestion: "leave one of the two out",
      at: "key",
    });
  const isSame = (one: string, other: string | null) => one.toLowerCase() === other?.toLowerCase();
  for (const name of headers)
    if (isSame(name, apiKey)) warn(["headers", name], `\`${name}\` is not sent: \`apiKey\` sets the same header`);
  for (const name of requestHeaders) {
    const other = headers.find((each) => isSame(each, name));
    if (isSame(name, apiKey)) warn(["requestHeaders", name], `\`${name}\` takes the place of \`apiKey\` in calls of a chat`);
    else if (other !== undefined && other !== name)
      warn(["requestHeaders", name], `\`${name}\` takes the place of \`${other}\` in calls of a chat: they are one header`);
  }
}
