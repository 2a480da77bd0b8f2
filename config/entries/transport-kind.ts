import type { Finding } from "../problem.ts";
import type { TransportKind } from "../types.ts";

export type Entry = Record<string, unknown>;

export type KindOrFault = { kind: TransportKind } | { kind: null; key: string; fault: Finding };

const TYPES: Readonly<Record<string, TransportKind>> = {
  stdio: "stdio",
  websocket: "websocket",
  sse: "sse",
  "streamable-http": "streamable-http",
  http: "streamable-http",
};

/**
 * Which transport an entry asks for: what `type` says; else a program if there is a `command`, a WebSocket for
 * ws and wss URLs, and sse for every other URL. `urlText` is the URL with the environment filled in.
 */
export function transportKind(entry: Entry, urlText: string | null): KindOrFault {
  const { type } = entry;
  if (type !== undefined) {
    const kind = typeof type === "string" && Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
    return kind === undefined ? { kind: null, key: "type", fault: unknownType(type) } : { kind };
  }
  if ("command" in entry) return { kind: "stdio" };
  if ("url" in entry) return { kind: urlText !== null && /^wss?:/i.test(urlText) ? "websocket" : "sse" };
  if ("args" in entry) return { kind: "stdio" };
  return {
    kind: null,
    key: "url",
    fault: {
      code: "transport-unclear",
      message: "the entry needs a `command` with `args`, or a `url`",
      expected: "`command` and `args` for a program started here, `url` for a server elsewhere",
      found: "neither",
    },
  };
}

function unknownType(type: unknown): Finding {
  return {
    code: "value-invalid",
    message: "this is no transport",
    expected: `one of ${Object.keys(TYPES).join(", ")}`,
    found: typeof type === "string" ? `the text "${type.slice(0, 40)}"` : typeof type,
  };
}
