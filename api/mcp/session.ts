import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import { coalesced } from "./coalesced.ts";
import { orAborted, startDeadline } from "./deadline.ts";
import { type ForeignErrorContext, fromMcpError } from "./from-mcp-error.ts";
import type { OpenedTransport } from "./open-transport.ts";
import { type CallToolResult, Client, type JsonSchemaValidatorResult, type jsonSchemaValidator, type Progress } from "./sdk.ts";
import { listTools, type McpTool } from "./tool-list.ts";

export interface ToolCall {
  tool: string;
  arguments: Record<string, unknown>;
  timeoutMs: number;
  /** Progress may extend the deadline up to this. */
  maxTotalMs: number;
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/** One proven MCP session: initialized, its tools known. It lives until closed or lost, and never comes back. */
export interface McpSession {
  readonly instructions: string | null;
  readonly protocolVersion: string | null;
  tools(): ReadonlyMap<string, McpTool>;
  callTool(call: ToolCall): Promise<CallToolResult>;
  /** Called at most once, never after `close`: the other side is gone. */
  onLost(listener: (why: AppError) => void): void;
  onToolsChanged(listener: () => void): void;
  /** Ends the session and its process or stream. Fine to call twice. */
  close(): Promise<void>;
}

export interface SessionOptions {
  opened: OpenedTransport;
  clock: Clock;
  /** For the whole of connect, initialize and the first list of tools. */
  initTimeoutMs: number;
  signal: AbortSignal;
  clientInfo: { name: string; version: string };
  /** Warnings for the log: tools left out, stray errors. */
  warn: (message: string) => void;
}

/** Own deadlines rule; the SDK's timer only must not fire first. */
const SDK_TIMEOUT_MS = 2_147_483_647;
const END_SESSION_MS = 2_000;
const LIST_TIMEOUT_MS = 30_000;
const TOOLS_REFRESH_MS = 500;
const PROBE_TIMEOUT_MS = 5_000;

/** Takes everything: output is checked by us, and no schema of a stranger is compiled on the event loop. */
const noValidation: jsonSchemaValidator = {
  getValidator<T>() {
    return (input: unknown): JsonSchemaValidatorResult<T> => ({ valid: true, data: input as T, errorMessage: undefined });
  },
};

/**
 * Starts the transport, initializes and lists the tools. Throws AppError; then nothing is left running.
 */
export async function openSession(options: SessionOptions): Promise<McpSession> {
  const { opened, clock, initTimeoutMs, signal, clientInfo, warn } = options;
  const { transport, negotiation, context } = opened;
  const client = new Client(clientInfo, {
    capabilities: {},
    jsonSchemaValidator: noValidation,
    versionNegotiation: { mode: negotiation, probe: { timeoutMs: PROBE_TIMEOUT_MS } },
  });
  const foreign = (phase: ForeignErrorContext["phase"]): ForeignErrorContext => ({ phase, ...context() });
  const closeClient = async () => {
    await Promise.race([
      transport.endSession?.().catch(() => {}),
      new Promise((resolve) => setTimeout(resolve, END_SESSION_MS).unref()),
    ]);
    await client.close().catch(() => {});
  };
  const deadline = startDeadline({ clock, timeoutMs: initTimeoutMs, code: "CONNECT_TIMEOUT", signal });
  const request = { signal: deadline.signal, timeout: SDK_TIMEOUT_MS };
  try {
    await orAborted(client.connect(transport, request), deadline.signal);
    const offersTools = client.getServerCapabilities()?.tools !== undefined;
    const first = offersTools ? await orAborted(listTools(client, request), deadline.signal) : { tools: new Map(), dropped: [] };
    for (const why of first.dropped) warn(`tool left out: ${why}`);
    return liveSession({ client, clock, tools: first.tools, foreign, closeClient, warn });
  } catch (error) {
    // Not awaited: a program that clings to life must not hold up the answer. Its ladder ends it.
    void closeClient().then(() => transport.close().catch(() => {}));
    throw fromMcpError(deadline.signal.aborted ? deadline.signal.reason : error, foreign("connect"));
  } finally {
    deadline.clear();
  }
}

interface LiveParts {
  client: Client;
  clock: Clock;
  tools: ReadonlyMap<string, McpTool>;
  foreign: (phase: ForeignErrorContext["phase"]) => ForeignErrorContext;
  closeClient: () => Promise<void>;
  warn: (message: string) => void;
}

function liveSession({ client, clock, tools: firstTools, foreign, closeClient, warn }: LiveParts): McpSession {
  let tools = firstTools;
  let lost: AppError | null = null;
  let closing: Promise<void> | undefined;
  let tellLost: (why: AppError) => void = () => {};
  let tellTools: () => void = () => {};
  let lastError: unknown = null;

  client.onerror = (error) => {
    lastError = error;
    warn(error.message);
  };
  client.onclose = () => {
    if (closing !== undefined || lost !== null) return;
    lost = fromMcpError(lastError ?? new AppError("CONNECTION_CLOSED", "the server ended the connection"), foreign("connect"));
    tellLost(lost);
  };

  const refresh = coalesced({
    clock,
    pauseMs: TOOLS_REFRESH_MS,
    ended: () => closing !== undefined || lost !== null,
    async run() {
      const deadline = startDeadline({ clock, timeoutMs: LIST_TIMEOUT_MS, code: "CALL_TIMEOUT" });
      try {
        const next = await listTools(client, { signal: deadline.signal, timeout: SDK_TIMEOUT_MS });
        tools = next.tools;
        for (const why of next.dropped) warn(`tool left out: ${why}`);
        tellTools();
      } catch (error) {
        warn(`the list of tools could not be refreshed: ${fromMcpError(error, foreign("call")).message}`);
      } finally {
        deadline.clear();
      }
    },
  });
  client.setNotificationHandler("notifications/tools/list_changed", refresh);

  return {
    instructions: client.getInstructions() ?? null,
    protocolVersion: client.getNegotiatedProtocolVersion() ?? null,
    tools: () => tools,
    async callTool({ tool, arguments: args, timeoutMs, maxTotalMs, signal, onProgress }) {
      const definition = tools.get(tool)?.definition;
      if (definition === undefined) throw new AppError("TOOL_UNKNOWN", `the server has no tool "${tool}"`);
      const deadline = startDeadline({ clock, timeoutMs, maxTotalMs, code: "CALL_TIMEOUT", signal });
      try {
        const onprogress = (progress: Progress) => {
          deadline.extend();
          onProgress?.(progress);
        };
        const request = { signal: deadline.signal, timeout: SDK_TIMEOUT_MS, onprogress, toolDefinition: definition };
        return await orAborted(client.callTool({ name: tool, arguments: args }, request), deadline.signal);
      } catch (error) {
        throw fromMcpError(deadline.signal.aborted ? deadline.signal.reason : error, foreign("call"));
      } finally {
        deadline.clear();
      }
    },
    onLost(listener) {
      tellLost = listener;
      if (lost !== null) listener(lost);
    },
    onToolsChanged: (listener) => {
      tellTools = listener;
    },
    close: () => (closing ??= closeClient()),
  };
}
