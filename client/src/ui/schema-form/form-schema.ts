import type { RJSFSchema } from "@rjsf/utils";
import { visibleString } from "../visible-text.ts";

/** What a form may be made of. Schemas come from servers nobody vouches for. */
const MAX_NODES = 1_500;
const MAX_DEPTH = 12;
const MAX_TEXT = 400;
const MAX_CHOICES = 500;

type Node = Record<string, unknown>;

/** Keywords whose values are schemas themselves, and those that are taken over as they are. */
const SINGLE = ["items", "additionalProperties", "not", "if", "then", "else", "contains"] as const;
const LISTS = ["allOf", "anyOf", "oneOf", "prefixItems"] as const;
const PLAIN = [
  "type",
  "const",
  "default",
  "required",
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
] as const;
/** Formats that only choose a keyboard; others would be checked by expressions of unknown cost. */
const FORMATS = new Set(["email", "uri"]);

/**
 * A tool's schema as one that a form can be drawn from safely: references inlined, expressions dropped (the server
 * checks them again), texts with nothing hidden. Null when it is too large or too deep for a form.
 */
export function formSchema(schema: Record<string, unknown>): RJSFSchema | null {
  let nodes = 0;

  const convert = (value: unknown, depth: number, references: readonly string[]): Node | boolean => {
    if (typeof value === "boolean") return value;
    if (!isNode(value)) return {};
    nodes += 1;
    if (nodes > MAX_NODES || depth > MAX_DEPTH) throw new RangeError("too much for a form");
    if (typeof value.$ref === "string") return followed(value, value.$ref, depth, references);
    const result: Node = {};
    for (const key of PLAIN) if (Object.hasOwn(value, key)) result[key] = value[key];
    for (const key of SINGLE) if (Object.hasOwn(value, key)) result[key] = convert(value[key], depth + 1, references);
    for (const key of LISTS) {
      const list = value[key];
      if (Array.isArray(list)) result[key] = list.map((each) => convert(each, depth + 1, references));
    }
    if (Array.isArray(value.enum)) result.enum = value.enum.slice(0, MAX_CHOICES);
    if (isNode(value.properties)) {
      const entries = Object.entries(value.properties).map(([name, each]) => {
        const property = convert(each, depth + 1, references);
        return [name, isNode(property) ? { title: visibleString(name), ...property } : property] as const;
      });
      result.properties = Object.fromEntries(entries);
    }
    return { ...result, ...words(value) };
  };

  const followed = (value: Node, reference: string, depth: number, references: readonly string[]): Node | boolean => {
    if (references.includes(reference))
      return { type: "object", description: "Nests further; use the JSON editor for this part." };
    const target = lookUp(schema, reference);
    const inlined = convert(target, depth + 1, [...references, reference]);
    return isNode(inlined) ? { ...inlined, ...words(value) } : inlined;
  };

  try {
    const root = convert(schema, 0, []);
    return isNode(root) ? ({ ...root, title: "", description: "", type: "object" } as RJSFSchema) : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** Title and description for people; rules that the form does not check are said there. */
function words(value: Node): Node {
  const parts = [
    sentence(text(value.description)),
    typeof value.format === "string" && !FORMATS.has(value.format) ? `Format: ${text(value.format)}.` : "",
    typeof value.pattern === "string" ? `Must match ${text(value.pattern)}` : "",
  ].filter((part) => part !== "");
  return {
    ...(text(value.title) === "" ? {} : { title: text(value.title) }),
    ...(parts.length === 0 ? {} : { description: parts.join(" ") }),
    ...(typeof value.format === "string" && FORMATS.has(value.format) ? { format: value.format } : {}),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? visibleString(value.slice(0, MAX_TEXT)) : "";
}

/** Ends in a way that more can follow. */
function sentence(words: string): string {
  return words === "" || /[.!?…:]$/.test(words) ? words : `${words}.`;
}

/** Only inside the same document. */
function lookUp(schema: Node, reference: string): unknown {
  if (reference === "#") return schema;
  if (!reference.startsWith("#/")) return {};
  const parts = reference
    .slice(2)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  return parts.reduce<unknown>((at, part) => (isNode(at) && Object.hasOwn(at, part) ? at[part] : undefined), schema) ?? {};
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
