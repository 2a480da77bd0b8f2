import { isRecord } from "../mcp/anything.ts";

type Node = Readonly<Record<string, unknown>>;

/** References can make much out of little: beyond any of these a part becomes an object of which nothing more is said. */
const MAX_NODES = 50_000;
const MAX_CHARS = 128 * 1024;
const MAX_DEPTH = 64;
const ANY_OBJECT = { type: "object" } as const;
/** Their keys are names that the server chose. */
const MAPS = new Set(["properties", "patternProperties", "dependentSchemas", "dependencies"]);
/** What stands there is no schema, whatever it looks like. */
const VALUES = new Set(["enum", "const", "default", "examples"]);

/**
 * A tool's schema as every provider of models takes it: references inlined, `const` as an `enum` of one, no keywords that
 * are for schema tools only (`$…`, `x-…`). What contains itself ends in a plain object.
 */
export function portableSchema(root: Node): Record<string, unknown> {
  /** What is being written, from the root down: a reference to one of these would never end. */
  const open = new Set<unknown>();
  let nodes = 0;
  let chars = 0;

  const written = (value: unknown): unknown => {
    nodes += 1;
    if (typeof value === "string") chars += value.length;
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(written);
    if (open.has(value) || open.size >= MAX_DEPTH || nodes > MAX_NODES || chars > MAX_CHARS) return ANY_OBJECT;
    open.add(value);
    const schema = withKeywords(value as Node);
    open.delete(value);
    return schema;
  };

  const withKeywords = (schema: Node) => {
    const target = typeof schema.$ref === "string" ? written(lookUp(root, schema.$ref)) : undefined;
    const entries = isRecord(target) ? Object.entries(target) : [];
    for (const [key, value] of Object.entries(schema)) {
      if (isDropped(key, value) || (key === "const" && Object.hasOwn(schema, "enum"))) continue;
      chars += key.length;
      if (VALUES.has(key)) chars += JSON.stringify(value).length;
      if (key === "const") entries.push(["enum", [value]]);
      else if (VALUES.has(key)) entries.push([key, value]);
      else entries.push([key, MAPS.has(key) && isRecord(value) ? withNames(value) : written(value)]);
    }
    // A property may be called `__proto__`: fromEntries defines, it does not assign.
    return Object.fromEntries(entries);
  };

  const withNames = (map: Node) =>
    Object.fromEntries(
      Object.entries(map).map(([name, value]) => {
        chars += name.length;
        return [name, written(value)];
      }),
    );

  return { ...ANY_OBJECT, ...(written(root) as Node) };
}

function isDropped(key: string, value: unknown): boolean {
  if (key === "required") return !isListOfNames(value);
  return key.startsWith("$") || key.startsWith("x-") || key === "definitions";
}

/** Only inside of the same schema; what is elsewhere or nowhere is not known. */
function lookUp(root: Node, reference: string): unknown {
  if (!/^#(?:\/|$)/.test(reference)) return undefined;
  const names = reference.split("/").slice(1);
  return names.reduce<unknown>((at, name) => {
    const key = decoded(name).replaceAll("~1", "/").replaceAll("~0", "~");
    return typeof at === "object" && at !== null && Object.hasOwn(at, key) ? (at as Node)[key] : undefined;
  }, root);
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function isListOfNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === "string");
}
