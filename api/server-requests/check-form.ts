import { AppError } from "../errors/app-error.ts";

type Field = Readonly<Record<string, unknown>>;

interface Fault {
  path: string;
  expected: string;
}

/**
 * A filled-in form, defaults added, against the flat schema that elicitation allows (MCP, elicitation, requested schema).
 * Formats and patterns are left to the server: they are its own rules. Throws REQUEST_INVALID naming every fault.
 */
export function checkForm(schema: unknown, content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { properties, required } = isRecord(schema) ? schema : {};
  const fields = isRecord(properties) ? properties : {};
  const wanted = Array.isArray(required) ? required : [];
  const filled: Record<string, unknown> = {};
  const faults: Fault[] = Object.keys(content)
    .filter((name) => !Object.hasOwn(fields, name))
    .map((name) => ({ path: `/content/${name}`, expected: "no such field" }));
  for (const [name, field] of Object.entries(fields)) {
    if (!isRecord(field)) continue;
    const value = Object.hasOwn(content, name) ? content[name] : field.default;
    const expected = value === undefined ? (wanted.includes(name) ? "a value" : null) : mismatch(field, value);
    if (expected !== null) faults.push({ path: `/content/${name}`, expected });
    else if (value !== undefined) filled[name] = value;
  }
  if (faults.length > 0) throw new AppError("REQUEST_INVALID", "the form is not filled in as it asks", { details: faults });
  return filled;
}

/** What was expected instead, or null when it fits. */
function mismatch(field: Field, value: unknown): string | null {
  switch (field.type) {
    case "boolean":
      return typeof value === "boolean" ? null : "true or false";
    case "integer":
    case "number":
      return numberMismatch(field, value);
    case "array":
      return listMismatch(field, value);
    default:
      return textMismatch(field, value);
  }
}

function numberMismatch({ type, minimum, maximum }: Field, value: unknown): string | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return "a number";
  if (type === "integer" && !Number.isInteger(value)) return "a whole number";
  if (typeof minimum === "number" && value < minimum) return `at least ${minimum}`;
  if (typeof maximum === "number" && value > maximum) return `at most ${maximum}`;
  return null;
}

function textMismatch(field: Field, value: unknown): string | null {
  if (typeof value !== "string") return "a text";
  const choices = choicesOf(field);
  if (choices !== null && !choices.includes(value)) return "one of the choices";
  if (typeof field.minLength === "number" && value.length < field.minLength) return `at least ${field.minLength} characters`;
  if (typeof field.maxLength === "number" && value.length > field.maxLength) return `at most ${field.maxLength} characters`;
  return null;
}

function listMismatch({ items, minItems, maxItems }: Field, value: unknown): string | null {
  if (!Array.isArray(value)) return "a list";
  const choices = isRecord(items) ? choicesOf(items) : null;
  const fits = (each: unknown) => typeof each === "string" && (choices === null || choices.includes(each));
  if (!value.every(fits)) return "only of the choices";
  if (typeof minItems === "number" && value.length < minItems) return `at least ${minItems}`;
  if (typeof maxItems === "number" && value.length > maxItems) return `at most ${maxItems}`;
  return null;
}

/** Choices come as `enum`, or with titles as `oneOf` or `anyOf` of constants. */
function choicesOf({ enum: plain, oneOf, anyOf }: Field): readonly unknown[] | null {
  if (Array.isArray(plain)) return plain;
  const titled = Array.isArray(oneOf) ? oneOf : Array.isArray(anyOf) ? anyOf : null;
  return titled === null ? null : titled.map((each) => (isRecord(each) ? each.const : undefined));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
