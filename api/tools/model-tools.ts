import type { McpTool } from "../mcp/tool-list.ts";
import { modelText } from "./model-text.ts";
import type { ToolNames } from "./tool-names.ts";

/** One tool as a model is told of it. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface Offer {
  /** In a stable order; those that were found before come last, in the order they were found. */
  readonly tools: readonly ModelTool[];
  /** There are more than a model is told of at once: it looks for them with `search_tools`. */
  readonly isSearching: boolean;
}

export interface OfferLimits {
  /** @default 64 */
  readonly maxTools?: number;
  /** All definitions together as JSON text: some percent of a context. @default 48 KiB */
  readonly maxBytes?: number;
}

/** No tool of a server can be called like this: those have `_mcp_` or a mark in their names. */
export const SEARCH_TOOLS = "search_tools";
const MAX_FOUND = 8;

const SEARCH: ModelTool = {
  name: SEARCH_TOOLS,
  description:
    "Finds tools of the connected servers by what they do. Most are not listed here: search with a few words for what you need; what is found can be called from then on.",
  inputSchema: {
    type: "object",
    properties: { query: { type: "string", description: "A few words, for example: create calendar event" } },
    required: ["query"],
    additionalProperties: false,
  },
};

const told = new WeakMap<object, Omit<ModelTool, "name">>();

/** What a model is told of a tool: cleaned texts, nothing else of its definition. */
export function modelTool(name: string, { definition, description, inputSchema }: McpTool): ModelTool {
  const known = told.get(definition) ?? {
    description: modelText(description ?? "").text,
    inputSchema: cleaned(inputSchema) as Record<string, unknown>,
  };
  told.set(definition, known);
  return { name, ...known };
}

/** All of them; or, where that is too much, `search_tools` and those that were `found` with it before. */
export function offerTools(
  names: ToolNames<McpTool>,
  found: Iterable<string>,
  { maxTools = 64, maxBytes = 48 * 1024 }: OfferLimits = {},
): Offer {
  const all = names.list.map((each) => modelTool(each.modelName, each.definition));
  const bytes = all.reduce((sum, tool) => sum + Buffer.byteLength(JSON.stringify(tool)), 0);
  if (all.length <= maxTools && bytes <= maxBytes) return { tools: all, isSearching: false };
  const byName = new Map(all.map((tool) => [tool.name, tool]));
  const wanted = [...new Set(found)].flatMap((name) => byName.get(name) ?? []);
  return { tools: [SEARCH, ...wanted.slice(-maxTools)], isSearching: true };
}

/** The tools that fit these words best, best first; the same words find the same tools. */
export function searchTools(names: ToolNames<McpTool>, query: string): readonly ModelTool[] {
  const words = wordsOf(query.slice(0, 1_000));
  const scored = names.list.map((each) => {
    const tool = modelTool(each.modelName, each.definition);
    const named = wordsOf(`${each.server} ${each.tool} ${each.definition.title ?? ""}`);
    const described = wordsOf(tool.description);
    return { tool, score: [...words].reduce((sum, word) => sum + 3 * fits(named, word) + fits(described, word), 0) };
  });
  const hits = scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
  return hits.slice(0, MAX_FOUND).map(({ tool }) => tool);
}

/** In `createEvent`, `create_event` and "Creates an event" the words are the same, but for their ends. */
function wordsOf(text: string): Set<string> {
  const apart = text.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").toLowerCase();
  return new Set(apart.split(/[^\p{L}\p{N}]+/u).filter((word) => word.length > 1));
}

function fits(words: ReadonlySet<string>, wanted: string): number {
  if (words.has(wanted)) return 2;
  return [...words].some((word) => word.length > 3 && wanted.length > 3 && (word.startsWith(wanted) || wanted.startsWith(word)))
    ? 1
    : 0;
}

const MAX_FIELD_CHARS = 1_000;

/** Texts for readers are cleaned wherever they stand; names and values of arguments are left as they must be sent. */
function cleaned(schema: unknown, isMap = false): unknown {
  if (Array.isArray(schema)) return schema.map((each) => cleaned(each));
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => {
    if (isMap) return [key, cleaned(value)];
    if (VALUES.has(key)) return [key, value];
    const isText = (key === "description" || key === "title" || key === "$comment") && typeof value === "string";
    return [key, isText ? modelText(value, { maxChars: MAX_FIELD_CHARS }).text : cleaned(value, MAPS.has(key))];
  });
  // A property may be called `__proto__`: fromEntries defines, it does not assign.
  return Object.fromEntries(entries);
}

/** Their keys are names that the server chose. */
const MAPS = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"]);
const VALUES = new Set(["enum", "const", "default", "examples", "required", "dependentRequired"]);
