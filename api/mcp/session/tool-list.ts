import { folded } from "../../../config/names.ts";
import { hidesCharacters } from "../../../schemas/hidden-characters.ts";
import type { Clock } from "../../ports/clock.ts";
import { abortSignalOf, type StopSignal } from "../../stop-signal.ts";
import { anything, isRecord } from "../anything.ts";
import { tidiedWithin } from "../guards/json-walk.ts";
import type { Client, Tool } from "../sdk.ts";
import { readPages } from "./read-pages.ts";
import { shared } from "./shared.ts";
import { headerProblem } from "./tool-headers.ts";

/** One tool as its server describes it; `inputSchema` is handed on unchanged. */
export interface McpTool {
  readonly name: string;
  readonly title: string | null;
  readonly description: string | null;
  readonly inputSchema: Record<string, unknown>;
  readonly outputSchema: Record<string, unknown> | null;
  readonly annotations: Readonly<Record<string, unknown>>;
  /** As the server sent it, for the SDK's own needs. */
  readonly definition: Tool;
}

export interface ToolList {
  tools: ReadonlyMap<string, McpTool>;
  /** Why a tool was left out, in words for the log. */
  dropped: readonly string[];
  /** Why the server may have more tools than were read; null when these are all. */
  cutShort: string | null;
}

const MAX_TOOLS = 1_000;
const MAX_DESCRIPTION_CHARS = 8 * 1024;
/** Everything a server says of one tool. */
const MAX_TOOL_CHARS = 256 * 1024;
const MAX_DEPTH = 64;
const MAX_SCHEMA_CHARS = 64 * 1024;
/** MCP recommends `A-Za-z0-9_.-` and `/`; letters of other scripts do no harm. What reads as a path or two words does. */
const NAME = /^[\p{L}\p{N}_](?!.*\.\.)[\p{L}\p{M}\p{N}_.:@/-]{0,255}$/u;

export interface ListToolsOptions {
  clock: Clock;
  signal: AbortSignal;
  timeout: number;
  /** After this no further page is asked for, or waited for. */
  maxMs?: number;
  /** Arguments may be wanted as headers too. @default false */
  mirrorsHeaders?: boolean;
}

/** Reads `tools/list`, bounded, and keeps what can be used. Throws PROTOCOL_ERROR for what is no list. */
export async function listTools(client: Client, options: ListToolsOptions): Promise<ToolList> {
  const { clock, maxMs, mirrorsHeaders = false, signal, timeout } = options;
  const ask = (cursor: string | undefined, within: StopSignal) => {
    const params = cursor === undefined ? {} : { cursor };
    return client.request({ method: "tools/list", params }, anything, { timeout, signal: abortSignalOf(within) });
  };
  const { entries, cutShort } = await readPages(ask, { field: "tools", clock, signal, maxEntries: MAX_TOOLS, maxMs });
  const content = JSON.stringify([entries, cutShort, mirrorsHeaders]);
  const tools = new Map<string, McpTool>();
  /** Their names, by how they are drawn. */
  const drawn = new Map<string, string>();
  const dropped: string[] = [];
  for (const entry of entries) {
    const read = readTool(entry, mirrorsHeaders);
    if (typeof read === "string") dropped.push(read);
    else if (tools.has(read.name)) dropped.push(`${read.name}: listed twice`);
    else if (isDouble(read.name, drawn)) dropped.push(`${read.name}: its name is drawn like another one`);
    else {
      tools.set(read.name, read);
      drawn.set(folded(read.name), read.name);
    }
  }
  return lists.same(content, { tools, dropped, cutShort });
}

const lists = shared<ToolList>();

/** The tool, or why it cannot be used. */
function readTool(entry: unknown, mirrorsHeaders: boolean): McpTool | string {
  if (!isRecord(entry) || typeof entry.name !== "string") return "a tool without a name";
  const { name, inputSchema, outputSchema } = entry;
  if (!isUsable(name)) return `${JSON.stringify(name.slice(0, 80))}: not a usable name`;
  if (!isRecord(inputSchema)) return `${name}: its input schema is not an object`;
  if (!tidiedWithin(entry, MAX_DEPTH)) return `${name}: it is nested too deep`;
  if (JSON.stringify(entry).length > MAX_TOOL_CHARS) return `${name}: it is larger than ${MAX_TOOL_CHARS} characters`;
  const problem =
    schemaProblem(inputSchema) ??
    (outputSchema === undefined ? null : schemaProblem(outputSchema)) ??
    (mirrorsHeaders ? headerProblem(inputSchema) : null);
  if (problem !== null) return `${name}: ${problem}`;
  const annotations = isRecord(entry.annotations) ? entry.annotations : {};
  const title = typeof entry.title === "string" ? entry.title : typeof annotations.title === "string" ? annotations.title : null;
  return {
    name,
    title: title?.slice(0, 256) ?? null,
    description: typeof entry.description === "string" ? entry.description.slice(0, MAX_DESCRIPTION_CHARS) : null,
    inputSchema,
    outputSchema: isRecord(outputSchema) ? outputSchema : null,
    annotations,
    definition: entry as unknown as Tool,
  };
}

/** Some letters and marks are drawn as nothing: two tools would look like one. */
function isUsable(name: string): boolean {
  return NAME.test(name) && !hidesCharacters(name) && !(name in {}) && name !== "prototype";
}

/** Plain letters that differ in capitals alone can be told apart; those of two alphabets cannot. */
function isDouble(name: string, drawn: ReadonlyMap<string, string>): boolean {
  const other = drawn.get(folded(name));
  return other !== undefined && !/^[ -~]*$/.test(name + other);
}

function schemaProblem(schema: unknown): string | null {
  if (!isRecord(schema)) return "its schema is not an object";
  return JSON.stringify(schema).length > MAX_SCHEMA_CHARS ? `its schema is larger than ${MAX_SCHEMA_CHARS} characters` : null;
}
