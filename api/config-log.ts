import type { ConfigDiff } from "../config/diff.ts";
import type { Problem } from "../config/problem.ts";
import type { Logger } from "./ports/logger.ts";

/** The rest is in the panel, and in `patchbay check`. */
const MAX_LINES = 20;

/** What becomes of the configuration: whoever watches the log alone learns why an edit has no effect. */
export function configLog(logger: Logger) {
  let had = 0;
  return {
    /** All there are now. Returns how many of each kind. */
    problems(problems: readonly Problem[]): { errors: number; warnings: number } {
      const worstFirst = [...problems].sort((a, b) => a.severity.localeCompare(b.severity));
      for (const { severity, message, ...about } of worstFirst.slice(0, MAX_LINES))
        logger[severity === "error" ? "error" : "warn"](about, `configuration: ${message}`);
      if (problems.length > MAX_LINES) logger.warn({ problems: problems.length }, "the configuration has more than these");
      if (problems.length === 0 && had > 0) logger.info({}, "the configuration has no problems any more");
      had = problems.length;
      const errors = problems.filter(({ severity }) => severity === "error").length;
      return { errors, warnings: problems.length - errors };
    },
    applied({ added, removed, moved, relabelled, settingsChanged }: ConfigDiff): void {
      logger.info({ added, removed, moved, relabelled, settingsChanged }, "a changed configuration is in force");
    },
  };
}
