/** Fields that must never be written, wherever they stand and however they are spelled. */
const SECRET_FIELDS: ReadonlySet<string> = new Set([
  "authorization",
  "cookie",
  "currentpassword",
  "newpassword",
  "password",
  "secret",
  "set-cookie",
  "token",
]);
const MAX_DEPTH = 6;
const CENSORED = "***";

/** The same value with those fields censored; nothing is copied that holds none of them, as most lines do not. */
export function withoutSecretFields<T>(value: T, depth = 0): T {
  // Errors are looked at when they have become fields.
  if (typeof value !== "object" || value === null || value instanceof Error || depth > MAX_DEPTH) return value;
  if (Array.isArray(value)) return inArray(value, depth) as T;
  const fields = value as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const name of Object.keys(fields)) {
    const before = fields[name];
    const after = SECRET_FIELDS.has(name.toLowerCase()) ? CENSORED : withoutSecretFields(before, depth + 1);
    if (after !== before) copy = { ...(copy ?? fields), [name]: after };
  }
  return (copy ?? value) as T;
}

/** Of which name, for a line: `,"name":`, or null for one that must not be written. */
const starts = new Map<string, string | null>();
const MAX_STARTS = 1_000;

function startOf(name: string): string | null {
  const known = starts.get(name);
  if (known !== undefined) return known;
  const start = SECRET_FIELDS.has(name.toLowerCase()) ? null : `,${JSON.stringify(name)}:`;
  if (starts.size < MAX_STARTS) starts.set(name, start);
  return start;
}

/**
 * What JSON.stringify writes for these fields, each with a comma before it; null where there is something to look into, or to
 * censor.
 */
export function plainFields(fields: object): string | null {
  if (Object.getPrototypeOf(fields) !== Object.prototype) return null;
  let text = "";
  for (const name in fields) {
    const value: unknown = fields[name as keyof typeof fields];
    if (value === undefined) continue;
    const start = startOf(name);
    if (start === null) return null;
    if (typeof value === "string") text += start + JSON.stringify(value);
    else if (typeof value === "number") text += start + (Number.isFinite(value) ? value : "null");
    else if (typeof value === "boolean" || value === null) text += start + value;
    else return null;
  }
  return text;
}

function inArray(values: readonly unknown[], depth: number): readonly unknown[] {
  const after = values.map((each) => withoutSecretFields(each, depth + 1));
  return after.some((each, index) => each !== values[index]) ? after : values;
}
