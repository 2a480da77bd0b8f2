/** The flat forms that servers may ask people to fill in (MCP, elicitation, requested schema), as both sides read them. */

export interface FormChoice {
  value: string;
  label: string;
}

export const TEXT_FORMATS = ["email", "uri", "date", "date-time"] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

interface FieldHead {
  name: string;
  label: string;
  description: string | null;
  isRequired: boolean;
  /** As the server sent it: may be of another type than the field. Undefined: there is none. */
  preset: unknown;
}

export type FormField = FieldHead &
  (
    | { kind: "text"; format: TextFormat | null; minLength: number | null; maxLength: number | null }
    | { kind: "choice"; choices: readonly FormChoice[] }
    /** `choices` null: any texts. */
    | { kind: "list"; choices: readonly FormChoice[] | null; minItems: number | null; maxItems: number | null }
    | { kind: "number"; isInteger: boolean; minimum: number | null; maximum: number | null }
    | { kind: "boolean" }
  );

type Anything = Readonly<Record<string, unknown>>;

/** The fields in the server's order. What is no schema has none. */
export function formFields(schema: unknown): readonly FormField[] {
  const { properties, required } = isRecord(schema) ? schema : {};
  const wanted = Array.isArray(required) ? required : [];
  return Object.entries(isRecord(properties) ? properties : {}).flatMap(([name, field]) =>
    isRecord(field) ? [fieldOf(name, field, wanted.includes(name))] : [],
  );
}

/** What is expected instead of this value, in a few words; null when it fits. Patterns are left to the server. */
export function fieldProblem(field: FormField, value: unknown): string | null {
  if (value === undefined) return field.isRequired ? "a value" : null;
  switch (field.kind) {
    case "boolean":
      return typeof value === "boolean" ? null : "true or false";
    case "number":
      return numberProblem(field, value);
    case "choice":
      return field.choices.some((choice) => choice.value === value) ? null : "one of the choices";
    case "list":
      return listProblem(field, value);
    case "text":
      return textProblem(field, value);
  }
}

function fieldOf(name: string, field: Anything, isRequired: boolean): FormField {
  const { title, description, type, format } = field;
  const head: FieldHead = {
    name,
    label: textOr(title, name) ?? name,
    description: textOr(description, null),
    isRequired,
    preset: field.default,
  };
  if (type === "boolean") return { ...head, kind: "boolean" };
  if (type === "number" || type === "integer") {
    const bounds = { minimum: numberOr(field.minimum), maximum: numberOr(field.maximum) };
    return { ...head, kind: "number", isInteger: type === "integer", ...bounds };
  }
  if (type === "array") {
    const choices = isRecord(field.items) ? choicesOf(field.items) : null;
    return { ...head, kind: "list", choices, minItems: numberOr(field.minItems), maxItems: numberOr(field.maxItems) };
  }
  const choices = choicesOf(field);
  if (choices !== null) return { ...head, kind: "choice", choices };
  const known = TEXT_FORMATS.find((each) => each === format) ?? null;
  return { ...head, kind: "text", format: known, minLength: numberOr(field.minLength), maxLength: numberOr(field.maxLength) };
}

/** Choices come as `enum`, before 2025-11-25 with `enumNames`, or with titles as `oneOf` or `anyOf` of constants. */
function choicesOf({ enum: plain, enumNames, oneOf, anyOf }: Anything): FormChoice[] | null {
  if (Array.isArray(plain)) {
    const names = Array.isArray(enumNames) ? enumNames : [];
    return plain.flatMap((value, at) => (typeof value === "string" ? [{ value, label: textOr(names[at], value) ?? value }] : []));
  }
  const titled = Array.isArray(oneOf) ? oneOf : Array.isArray(anyOf) ? anyOf : null;
  if (titled === null) return null;
  return titled.flatMap((each) =>
    isRecord(each) && typeof each.const === "string"
      ? [{ value: each.const, label: textOr(each.title, each.const) ?? each.const }]
      : [],
  );
}

type Kind<K extends FormField["kind"]> = Extract<FormField, { kind: K }>;

function numberProblem({ isInteger, minimum, maximum }: Kind<"number">, value: unknown): string | null {
  if (typeof value !== "number" || !Number.isFinite(value)) return "a number";
  if (isInteger && !Number.isInteger(value)) return "a whole number";
  if (minimum !== null && value < minimum) return `at least ${minimum}`;
  return maximum !== null && value > maximum ? `at most ${maximum}` : null;
}

function listProblem({ choices, minItems, maxItems }: Kind<"list">, value: unknown): string | null {
  if (!Array.isArray(value)) return "a list";
  const fits = (each: unknown) =>
    typeof each === "string" && (choices === null || choices.some((choice) => choice.value === each));
  if (!value.every(fits)) return "only of the choices";
  const what = choices === null ? "entries" : "of the choices";
  if (minItems !== null && value.length < minItems) return `at least ${minItems} ${what}`;
  return maxItems !== null && value.length > maxItems ? `at most ${maxItems} ${what}` : null;
}

function textProblem({ format, minLength, maxLength }: Kind<"text">, value: unknown): string | null {
  if (typeof value !== "string") return "a text";
  if (minLength !== null && value.length < minLength) return `at least ${minLength} characters`;
  if (maxLength !== null && value.length > maxLength) return `at most ${maxLength} characters`;
  return format === null || FORMATS[format].fits(value) ? null : FORMATS[format].expected;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/i;
const FORMATS: Readonly<Record<TextFormat, { expected: string; fits: (value: string) => boolean }>> = {
  email: { expected: "an e-mail address, as ann@example.org", fits: (value) => /^[^\s@]+@[^\s@]+$/.test(value) },
  uri: { expected: "a whole address, as https://example.org", fits: (value) => URL.canParse(value) },
  date: { expected: "a date, as 2026-12-31", fits: (value) => DAY.test(value) && isDay(value) },
  "date-time": {
    expected: "a date and a time, as 2026-12-31T18:00:00Z",
    fits: (value) => MOMENT.test(value) && isDay(value.slice(0, 10)) && !Number.isNaN(Date.parse(value)),
  },
};

/** The 31st of a month that has 30 days is read as the first of the next one. */
function isDay(value: string): boolean {
  const at = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
}

function textOr<T>(value: unknown, other: T): string | T {
  return typeof value === "string" && value !== "" ? value : other;
}

function numberOr(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

function isRecord(value: unknown): value is Anything {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
