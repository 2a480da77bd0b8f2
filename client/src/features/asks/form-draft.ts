import { type FormField, fieldProblem } from "../../../../schemas/elicitation-form.ts";

/** A form while it is filled in: what stands in each field, by its name. */
export type FormDraft = Readonly<Record<string, string | boolean | readonly string[]>>;

/** The server's presets, as they stand in fields. */
export function presetDraft(fields: readonly FormField[]): FormDraft {
  return Object.fromEntries(fields.map((field) => [field.name, presetOf(field)]));
}

/** The values as they are sent; a field that was left empty has none, and the server's preset takes its place. */
export function contentOf(fields: readonly FormField[], draft: FormDraft): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => [field.name, sentValue(field, draft[field.name])]).filter(([, value]) => value !== undefined),
  );
}

/** What is wrong, in a sentence by field. */
export function problemsOf(fields: readonly FormField[], draft: FormDraft): ReadonlyMap<string, string> {
  const problems = new Map<string, string>();
  for (const field of fields) {
    const expected = fieldProblem(field, sentValue(field, draft[field.name]));
    if (expected !== null) problems.set(field.name, `This needs ${expected}.`);
  }
  return problems;
}

const SECRET =
  /\bpass(word|phrase|code|wd)?s?\b|\bpin\b|secret|token|api.?key|private.?key|credential|cvv|\bcvc\b|card.?number|\bssn\b|\botp\b/i;

/** Servers must not ask for these in a form (MCP, elicitation, security); nothing but its words tells that one does. */
export function looksSecret({ name, label, description }: Pick<FormField, "name" | "label" | "description">): boolean {
  return [name.replaceAll(/[_-]/g, " ").replaceAll(/([a-z])([A-Z])/g, "$1 $2"), label, description ?? ""].some((text) =>
    SECRET.test(text),
  );
}

/** What is sent for a field that is left empty; null: nothing. */
export function presetWords(field: FormField): string | null {
  const { preset } = field;
  if (preset === undefined || preset === "" || field.isRequired || field.kind === "boolean") return null;
  const labels = "choices" in field ? field.choices : null;
  const named = (value: unknown) => labels?.find((choice) => choice.value === value)?.label ?? String(value);
  return Array.isArray(preset) ? preset.map(named).join(", ") || null : named(preset);
}

function presetOf(field: FormField): FormDraft[string] {
  const { preset } = field;
  if (field.kind === "boolean") return preset === true;
  if (field.kind === "list") return Array.isArray(preset) ? preset.filter((each) => typeof each === "string") : [];
  if (preset === undefined || preset === null || typeof preset === "object") return "";
  const text = String(preset);
  if (field.kind === "choice") return field.choices.some(({ value }) => value === text) ? text : "";
  return field.kind === "text" && field.format === "date-time" ? localMoment(text) : text;
}

function sentValue(field: FormField, value: FormDraft[string] | undefined): unknown {
  if (field.kind === "boolean") return value === true;
  if (field.kind === "list") return Array.isArray(value) && (value.length > 0 || field.isRequired) ? value : undefined;
  if (typeof value !== "string" || value === "") return undefined;
  if (field.kind === "number") return Number(value.replace(",", "."));
  if (field.kind !== "text" || field.format !== "date-time") return value;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? value : at.toISOString();
}

/** As `datetime-local` has it; empty when it is no moment. */
function localMoment(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}
