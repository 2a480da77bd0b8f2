import type { McpTool } from "../mcp/session/tool-list.ts";
import { modelText } from "./model-text.ts";
import { portableSchema } from "./portable-schema.ts";
import { type SchemaText, schemaText } from "./schema-text.ts";
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

const cleaned = new WeakMap<object, SchemaText & { description: string }>();
const told = new WeakMap<object, ModelTool["inputSchema"]>();

function cleanedTool({ definition, title, description, inputSchema }: McpTool) {
  const known = cleaned.get(definition);
  if (known !== undefined) return known;
  const { schema, findings, hidesInNames } = schemaText(inputSchema);
  const shown = modelText(`${title ?? ""}\n${description ?? ""}`).findings;
  const made = { schema, hidesInNames, findings: [...shown, ...findings], description: modelText(description ?? "").text };
  cleaned.set(definition, made);
  return made;
}

/** What was found in all that a server says of a tool, in words for people. */
export function toolFindings(tool: McpTool): readonly string[] {
  return cleanedTool(tool).findings;
}

/** False: it could only be called with what nobody sees. */
export function isTellable(tool: McpTool): boolean {
  return !cleanedTool(tool).hidesInNames;
}

/** What a model is told of a tool: cleaned texts and what providers take of its schema, nothing else of its definition. */
export function modelTool(name: string, tool: McpTool): ModelTool {
  const { schema, description } = cleanedTool(tool);
  // References can make much of a schema: it is made for those tools only that are told.
  const inputSchema = told.get(tool.definition) ?? portableSchema(schema);
  told.set(tool.definition, inputSchema);
  return { name, description, inputSchema };
}

/** All of them; or, where that is too much, `search_tools` and those that were `found` with it before. */
export function offerTools(
  names: ToolNames<McpTool>,
  found: Iterable<string>,
  { maxTools = 64, maxBytes = 48 * 1024 }: OfferLimits = {},
): Offer {
  const all = names.list.length > maxTools ? null : allWithin(names, maxBytes);
  if (all !== null) return { tools: all, isSearching: false };
  const wanted = [...new Set(found)].flatMap((name) => names.find(name) ?? []).slice(-maxTools);
  return { tools: [SEARCH, ...wanted.map((each) => modelTool(each.modelName, each.definition))], isSearching: true };
}

function allWithin(names: ToolNames<McpTool>, maxBytes: number): ModelTool[] | null {
  const all: ModelTool[] = [];
  let bytes = 0;
  for (const each of names.list) {
    const tool = modelTool(each.modelName, each.definition);
    bytes += Buffer.byteLength(JSON.stringify(tool));
    if (bytes > maxBytes) return null;
    all.push(tool);
  }
  return all;
}

/** The tools that fit these words best, best first; the same words find the same tools. */
export function searchTools(names: ToolNames<McpTool>, query: string): readonly ModelTool[] {
  const words = wordsOf(query.slice(0, 1_000));
  const scored = names.list.map((each) => {
    const named = wordsOf(`${each.server} ${each.tool} ${each.definition.title ?? ""}`);
    const described = wordsOf(cleanedTool(each.definition).description);
    return { each, score: [...words].reduce((sum, word) => sum + 3 * fits(named, word) + fits(described, word), 0) };
  });
  const hits = scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
  return hits.slice(0, MAX_FOUND).map(({ each }) => modelTool(each.modelName, each.definition));
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
