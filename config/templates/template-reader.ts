import type { Finding, Path, Report } from "../problem.ts";
import type { Environment, Template } from "../types.ts";
import { PROTECTED_ENV } from "./placeholders.ts";
import { parseTemplate, type TemplateRules } from "./template.ts";

export interface TemplateReaderOptions extends Omit<TemplateRules, "families"> {
  /** What happens to missing values; with `keep`, what would be refused is only a warning. */
  readonly mode: "refuse" | "keep";
  /** May a text go out with a name in it that nothing stands for? A program may know what to do with it. @default true */
  readonly mayBeUndeclared?: boolean;
  /** Undefined: the environment is not known here and not checked. */
  readonly env: Environment | undefined;
  readonly report: Report;
}

export type ReadTemplate = (value: unknown, path: Path, families?: TemplateRules["families"]) => Template;

/** Parses templates of one server and reports, at their places, what in them cannot work. */
export function templateReader(options: TemplateReaderOptions): ReadTemplate {
  const { origin, declared, mode, mayBeUndeclared = true, env, report } = options;
  const severityOf = ({ code, severity }: Finding) =>
    mode === "keep" ? "warning" : code === "placeholder-unknown" && !mayBeUndeclared ? "error" : severity;
  return (value, path, families = "all") => {
    const { template, faults } = parseTemplate(String(value), { origin, declared, families });
    const [, bare] = origin === "operator" ? (/^(?:\w+ )?\$([A-Z][A-Z0-9_]*)$/.exec(template.source) ?? []) : [];
    if (bare !== undefined && env?.[bare] !== undefined)
      report(path, {
        severity: "warning",
        code: "placeholder-misspelt",
        message: `$${bare} is sent as text`,
        expected: `\${${bare}}`,
      });
    for (const fault of faults) report(path, { ...fault, severity: severityOf(fault) });
    for (const segment of template.segments) {
      if (segment.kind === "text" || segment.family !== "env") continue;
      if (PROTECTED_ENV.has(segment.name)) {
        report(path, {
          severity: mode === "keep" ? "warning" : "error",
          code: "env-protected",
          message: `${segment.source} is a secret of this platform and is never handed to a server`,
          suggestion: "use a variable made for this server",
        });
      } else if (env !== undefined && !env[segment.name]) {
        report(path, {
          severity: "warning",
          code: "env-missing",
          message: `${segment.source} is not set; the server cannot be connected until it is`,
          suggestion: `set ${segment.name} in the environment and restart`,
        });
      }
    }
    return template;
  };
}
