import type { SchemaError } from "../../schemas/compile.ts";
import { didYouMean } from "../did-you-mean.ts";
import type { Finding, Path, Report } from "../problem.ts";

/** Names from neighbouring products, by what they are called here. */
const OTHER_WORLDS: Readonly<Record<string, string>> = {
  allowedTools: "includedTools",
  includeTools: "includedTools",
  enabled_tools: "includedTools",
  disabledTools: "filteredTools",
  excludeTools: "filteredTools",
  disabled_tools: "filteredTools",
  disallowedTools: "filteredTools",
  header: "headers",
  httpUrl: "url",
  serverUrl: "url",
  scopes: "scope",
  transport: "type",
  environment: "env",
};
const YAML11_BOOLEAN = /^(y|yes|no|n|on|off|true|false)$/i;
/** Below these keys a text may be a secret and is not shown. */
const SECRET_KEYS = new Set([
  "headers",
  "requestHeaders",
  "oauth_headers",
  "env",
  "args",
  "key",
  "client_secret",
  "apiKey",
  "proxy",
]);

/** Sections that say what people may do. */
const RESTRICTING: ReadonlySet<string> = new Set(["mcpSettings", "interface"]);

/**
 * Turns schema errors into findings: unknown keys become warnings and are taken out of `value`,
 * everything else is an error. `otherKeys` are known in other places, which makes them ignored, not misspelt.
 */
export function reportSchemaErrors(
  value: object,
  errors: readonly SchemaError[],
  { base, report, otherKeys = [], where }: { base: Path; report: Report; otherKeys?: readonly string[]; where: string },
): void {
  for (const error of errors) {
    const path = [...base, ...error.path];
    const name = String(error.path.at(-1) ?? "");
    if (error.kind === "unknown") {
      reportUnknown(path, error, { report, isElsewhere: error.path.length === 1 && otherKeys.includes(name), where });
      remove(value, error.path);
    } else if (error.kind === "missing") {
      report(path, {
        code: "key-missing",
        message: `\`${name}\` is missing`,
        expected: error.expected,
        found: "nothing",
        at: "key",
      });
    } else {
      reportValue(path, error, valueAt(value, error.path), report);
    }
  }
}

function reportUnknown(
  path: Path,
  error: SchemaError,
  { report, isElsewhere, where }: { report: Report; isElsewhere: boolean; where: string },
): void {
  const name = String(path.at(-1));
  if (isElsewhere) {
    report(path, {
      severity: "warning",
      code: "key-ignored",
      message: `\`${name}\` has no meaning for ${where}; it was left out`,
      at: "key",
    });
    return;
  }
  report(path, unknownKey(path, error.known ?? [], where).finding);
}

/** What is said of a key that nobody reads; `isNear`: to one that is read. */
export function unknownKey(path: Path, known: readonly string[], where: string): { finding: Finding; isNear: boolean } {
  const name = String(path.at(-1));
  const other = OTHER_WORLDS[name];
  const meant = other !== undefined && known.includes(other) ? other : didYouMean(name, known);
  // What restricts people must not be gone because of a letter.
  const isRestriction = meant !== null && RESTRICTING.has(String(path[0]));
  const finding: Finding = {
    severity: isRestriction ? "error" : "warning",
    code: "key-unknown",
    message: `\`${name}\` is not a key of ${where}; it was left out`,
    at: "key",
    ...(meant === null ? {} : { suggestion: `did you mean \`${meant}\`?` }),
    ...(isRestriction ? { meant: [...path.slice(0, -1), meant] } : {}),
  };
  return { finding, isNear: meant !== null };
}

function reportValue(path: Path, error: SchemaError, value: unknown, report: Report): void {
  const key = String(path.at(-1));
  const isInList = /^\d+$/.test(key);
  const name = isInList ? `${path.at(-2)}[${key}]` : key;
  if (typeof value === "string" && error.expected.startsWith("true or false") && YAML11_BOOLEAN.test(value)) {
    const meant = /^(y|yes|on|true)$/i.test(value);
    report(path, {
      code: "yaml11-boolean",
      message: `\`${value}\` is a text here, not a switch`,
      expected: error.expected,
      found: `the text "${value}"`,
      suggestion: `write \`${name}: ${meant}\``,
    });
    return;
  }
  const isSecret = typeof value === "string" && path.some((part) => SECRET_KEYS.has(String(part)));
  report(path, {
    code: error.kind === "type" ? "value-type" : "value-invalid",
    message: `\`${name}\` cannot have this value`,
    expected: error.expected,
    found: isSecret ? "a text" : error.found,
    ...numberAsText(isInList ? "" : `${name}: `, value, error.expected),
  });
}

/** `before`: what stands before the value. */
function numberAsText(before: string, value: unknown, expected: string): { suggestion?: string } {
  if (expected.includes("text") && (typeof value === "number" || typeof value === "boolean"))
    return { suggestion: `write \`${before}"${value}"\`` };
  if (expected.includes("number") && typeof value === "string" && /^\d+$/.test(value))
    return { suggestion: `write \`${before}${value}\` without quotes` };
  return {};
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, part) => (value as Record<string | number, unknown> | null | undefined)?.[part], root);
}

function remove(root: object, path: Path): void {
  const parent = valueAt(root, path.slice(0, -1));
  if (typeof parent === "object" && parent !== null) delete (parent as Record<string, unknown>)[String(path.at(-1))];
}
