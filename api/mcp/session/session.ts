import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { SessionOutputs } from "../output/session-outputs.ts";
import type { PlainRequests, RequestOptions } from "../plain-requests.ts";
import { printable } from "../printable.ts";
import type { CallToolResult, Client } from "../sdk.ts";
import { wordsOfEnd } from "../stdio/stdio-process.ts";
import { NO_FIRST_BYTE } from "../transports/first-bytes.ts";
import { asToolResult, callTool } from "./call-tool.ts";
import { type Catalogue, catalogue } from "./catalogue.ts";
import { type ForeignErrorContext, fromMcpError } from "./from-mcp-error.ts";
import type { OpenedTransport } from "./open-transport.ts";
import { programPulse } from "./program-pulse.ts";
import type { AskOptions, Mend, RunningWork } from "./running-work.ts";
import { visitsFor } from "./server-requests.ts";
import type { SessionHost } from "./session-host.ts";
import type { SessionTools } from "./session-tools.ts";
import { type SessionWarnings, withHint } from "./session-warnings.ts";
import type { McpTool } from "./tool-list.ts";
import type { Wishes } from "./wishes.ts";

export interface ToolCall extends AskOptions {
  tool: string;
  arguments: Record<string, unknown>;
}

/** One proven MCP session: initialized, its tools known. It lives until closed or lost, and never comes back. */
export interface McpSession {
  readonly instructions: string | null;
  readonly protocolVersion: string | null;
  tools(): ReadonlyMap<string, McpTool>;
  /** The same, asked for again when they may have changed while nobody was there to be told. */
  freshTools(): Promise<ReadonlyMap<string, McpTool>>;
  callTool(call: ToolCall): Promise<CallToolResult>;
  /** Its resources and prompts. */
  catalogue(): Catalogue;
  /** What it shall tell by itself. */
  readonly wishes: Pick<Wishes, "setLogLevel" | "watch">;
  /** Called at most once, never after `close`: the other side is gone. */
  onLost(listener: (why: AppError) => void): void;
  onToolsChanged(listener: () => void): void;
  /** What people should know although it works. */
  readonly warnings: SessionWarnings;
  /** Ends the session and its process or stream. Fine to call twice. */
  close(): Promise<void>;
}

export interface LiveParts {
  client: Client;
  plain: Pick<PlainRequests, "ask">;
  clock: Clock;
  tools: SessionTools;
  warnings: SessionWarnings;
  /** How long the call that has waited longest has been waiting for the head of its answer. */
  silentForMs: () => number;
  work: RunningWork;
  outputs: SessionOutputs;
  host: SessionHost;
  wishes: Wishes;
  foreign: (phase: ForeignErrorContext["phase"]) => ForeignErrorContext;
  program: OpenedTransport["program"];
  closeClient: () => Promise<void>;
  warn: (message: string) => void;
}

/** Progress keeps a call alive, also when nobody wants to see it. */
const ignored = () => {};

/** The session of a client that is connected and has listed its tools. */
export function liveSession(parts: LiveParts): McpSession {
  const { client, clock, tools, warnings, silentForMs, work, outputs, host, wishes, foreign, program, warn } = parts;
  let lost: AppError | null = null;
  let closing: Promise<void> | undefined;
  let tellLost: (why: AppError) => void = () => {};
  let tellTools: () => void = () => {};
  let lastError: unknown = null;
  /** Most sessions are never asked for more than tools. */
  let listed: Catalogue | null = null;

  client.onerror = (error) => {
    lastError = error;
    warn(printable(error.message));
  };
  const end = (why: AppError) => {
    if (closing !== undefined || lost !== null) return;
    wishes.close();
    follower.stop();
    lost = why;
    tellLost(lost);
  };
  client.onclose = () => end(whyClosed(lastError, foreign("connect"), program));
  wishes.onGone(end);
  const feelPulse = program === null ? () => {} : programPulse({ client, clock, program, gone: end });

  const follower = tools.follow({ ended: () => closing !== undefined || lost !== null, changed: () => tellTools() });

  return {
    instructions: client.getInstructions() ?? null,
    protocolVersion: client.getNegotiatedProtocolVersion() ?? null,
    tools: tools.current,
    freshTools: tools.fresh,
    warnings,
    async callTool({ tool, arguments: args, onProgress = ignored, timeoutMs, maxTotalMs, spentMs, signal }) {
      const definition = tools.current().get(tool)?.definition;
      if (definition === undefined) throw new AppError("TOOL_UNKNOWN", `the server has no tool "${tool}"`);
      const params = { name: tool, arguments: args, _meta: wishes.meta()._meta };
      try {
        const call = (request: RequestOptions) => {
          const answer = callTool(parts, params, { request, definition });
          if (!outputs.isToBeChecked(definition)) return answer;
          return answer.then((each) => outputs.checked(definition, asToolResult(each, client)));
        };
        // A call that is refused until pages were visited is made once more when the person has been there.
        const visits: Mend = (error, request) => visitsFor(error, { host, work, signal: request.signal });
        return asToolResult(await work.run({ onProgress, timeoutMs, maxTotalMs, spentMs, signal }, call, visits), client);
      } catch (caught) {
        const error = caught as AppError;
        if (error.code === "CALL_TIMEOUT") feelPulse();
        if (error.code === "CALL_TIMEOUT" && silentForMs() > timeoutMs / 2) warnings.set("ANSWERS_HELD_BACK", NO_FIRST_BYTE);
        throw withHint(error, warnings.get("ANSWERS_HELD_BACK"));
      }
    },
    catalogue() {
      listed ??= catalogue({ client, work, clock, meta: wishes.meta, warn });
      return listed;
    },
    wishes,
    onLost(listener) {
      tellLost = listener;
      if (lost !== null) listener(lost);
    },
    onToolsChanged: (listener) => {
      tellTools = listener;
    },
    close() {
      wishes.close();
      follower.stop();
      closing ??= parts.closeClient();
      return closing;
    },
  };
}

/** What ended this session need not end the next one: a line that was too long is tried again like any other loss. */
function whyClosed(lastError: unknown, context: ForeignErrorContext, program: OpenedTransport["program"]): AppError {
  const endedInPeace = program?.end?.code === 0;
  if (lastError === null)
    return new AppError("CONNECTION_CLOSED", program?.end ? wordsOfEnd(program.end) : "the server ended the connection", {
      endedInPeace,
    });
  const why = fromMcpError(lastError, context);
  return why.code === "RESULT_TOO_LARGE" ? new AppError("CONNECTION_CLOSED", why.message, { cause: why }) : why;
}
