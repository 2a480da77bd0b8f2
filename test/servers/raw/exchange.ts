/** What the house said: a request, a notification, or its answer to a request of ours (then without a method). */
export interface Heard {
  readonly at: number;
  readonly method: string | null;
  readonly id: string | number | null | undefined;
  readonly message: Readonly<Record<string, unknown>>;
}

/** One message of the house, and everything that can be done about it, right or wrong. */
export interface Exchange {
  readonly heard: Heard;
  readonly params: Readonly<Record<string, unknown>>;
  /** A proper answer. */
  answer(result: unknown): void;
  refuse(code: number, message: string): void;
  /**
   * Any text as one message: a line of stdout, an event of the stream. Resolves when there is room for more, with false
   * when nobody listens any more.
   */
  say(text: string): Promise<boolean>;
  /** What follows is one body of this kind, in pieces by `bytes`; nothing on transports without headers. */
  begin(contentType: string): void;
  /** As they are, without any framing. */
  bytes(chunk: Buffer | string): Promise<boolean>;
  /** Before anything is said; nothing on transports without headers. */
  header(name: string, value: string): void;
  /** The answer in whole, as an HTTP body of this kind; on a stream its text is said. */
  body(contentType: string, text: string | Buffer, status?: number): void;
  /** No more is coming. */
  end(): void;
  /** As a dying machine does. */
  cut(): void;
}

/** What a raw server does with one kind of message instead of the proper thing. */
export type Fault = (exchange: Exchange) => void | Promise<void>;

/** By method; `GET` is the request for the stream of notifications, `*` whatever has no fault of its own. */
export type Faults = Record<string, Fault | undefined>;

export const TOOL = { name: "go", inputSchema: { type: "object" } };

/** What a raw server does where nothing else is wanted: enough to be connected and called. */
export const PROPER: Faults = {
  initialize: ({ answer }) =>
    answer({
      protocolVersion: "2025-06-18",
      capabilities: { tools: { listChanged: true } },
      serverInfo: { name: "raw", version: "1" },
    }),
  "tools/list": ({ answer }) => answer({ tools: [TOOL] }),
  "tools/call": ({ answer }) => answer({ content: [{ type: "text", text: "done" }] }),
  ping: ({ answer }) => answer({}),
};

export function heardNow(message: Record<string, unknown>): Heard {
  return {
    at: Date.now(),
    method: typeof message.method === "string" ? message.method : null,
    id: message.id as Heard["id"],
    message,
  };
}

/** Does what is wanted with one message. */
export async function react(faults: Faults, exchange: Exchange): Promise<void> {
  const { method, id } = exchange.heard;
  if (method === null) return exchange.end();
  const fault = faults[method] ?? faults["*"] ?? PROPER[method];
  if (fault !== undefined) return fault(exchange);
  if (id === undefined) return exchange.end();
  exchange.refuse(-32601, `no ${method} here`);
}
