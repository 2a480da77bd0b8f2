import { stripJsonComments } from "./strip-json-comments.ts";

type Json = Record<string, unknown>;

/** One server of another product's file, in the words all of them share. */
export interface ForeignServer {
  readonly name: string;
  readonly type: string | null;
  readonly command: string | null;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | null;
  readonly url: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly isDisabled: boolean;
  /** Keys that have no counterpart here. */
  readonly dropped: readonly string[];
}

/** A value VS Code asks its user for. */
export interface ForeignInput {
  readonly description: string;
  readonly isSecret: boolean;
}

export interface ForeignConfig {
  readonly servers: readonly ForeignServer[];
  /** By id; `${input:id}` refers to them. */
  readonly inputs: ReadonlyMap<string, ForeignInput>;
}

const KNOWN_KEYS = new Set([
  "type",
  "transport",
  "command",
  "args",
  "env",
  "cwd",
  "url",
  "serverUrl",
  "httpUrl",
  "headers",
  "disabled",
]);

/**
 * Reads claude_desktop_config.json, VS Code's mcp.json, Cursor's and Claude Code's .mcp.json: a mapping of servers
 * under `mcpServers` or `servers`. Null when the text is neither.
 */
export function readForeignConfig(text: string): ForeignConfig | null {
  const root = parse(text);
  // VS Code's settings.json keeps the same under `mcp`.
  const holder = [root, record(root?.mcp)].find((candidate) => candidate !== null && serversOf(candidate) !== null);
  const written = holder === undefined || holder === null ? null : serversOf(holder);
  if (written === null || holder === undefined || holder === null) return null;
  const servers = Object.entries(written).flatMap(([name, value]) => {
    const entry = record(value);
    return entry === null ? [] : [serverOf(name, entry)];
  });
  return { servers, inputs: inputsOf(holder.inputs) };
}

function serversOf(holder: Json): Json | null {
  return record(holder.mcpServers) ?? record(holder.servers);
}

function serverOf(name: string, entry: Json): ForeignServer {
  return {
    name,
    type: text(entry.type) ?? text(entry.transport) ?? (entry.httpUrl === undefined ? null : "http"),
    command: text(entry.command),
    args: (Array.isArray(entry.args) ? entry.args : []).map(String),
    env: texts(entry.env),
    cwd: text(entry.cwd),
    url: text(entry.url) ?? text(entry.serverUrl) ?? text(entry.httpUrl),
    headers: texts(entry.headers),
    isDisabled: entry.disabled === true,
    dropped: Object.keys(entry).filter((key) => !KNOWN_KEYS.has(key)),
  };
}

function inputsOf(value: unknown): Map<string, ForeignInput> {
  const inputs = new Map<string, ForeignInput>();
  for (const input of (Array.isArray(value) ? value : []).map(record)) {
    const id = text(input?.id);
    if (id !== null) inputs.set(id, { description: text(input?.description) ?? id, isSecret: input?.password === true });
  }
  return inputs;
}

function parse(source: string): Json | null {
  try {
    return record(JSON.parse(stripJsonComments(source.replace(/^\uFEFF/, ""))));
  } catch {
    return null;
  }
}

function record(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function texts(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(record(value) ?? {}).map(([key, inner]) => [key, String(inner)]));
}
