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

/** Nothing to look into, and nothing to censor. */
export function arePlain(fields: object): boolean {
  for (const [name, value] of Object.entries(fields)) {
    if (SECRET_FIELDS.has(name.toLowerCase())) return false;
    // JSON knows no big numbers.
    if ((typeof value === "object" && value !== null) || typeof value === "bigint") return false;
  }
  return true;
}

function inArray(values: readonly unknown[], depth: number): readonly unknown[] {
  const after = values.map((each) => withoutSecretFields(each, depth + 1));
  return after.some((each, index) => each !== values[index]) ? after : values;
}
