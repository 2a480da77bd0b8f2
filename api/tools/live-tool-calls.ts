import { randomUUID } from "node:crypto";
import type { ToolCallAnswer } from "../../schemas/wire.ts";
import type { LiveConnections } from "../connections/live-connections.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import { isToolOffered } from "../servers/access.ts";
import type { CallEnd, CallJournal } from "./call-journal.ts";
import { digestOf } from "./digest.ts";
import type { ToolCalls } from "./tool-calls.ts";

export interface ToolCallsOptions {
  connections: Pick<LiveConnections, "use">;
  journal: Pick<CallJournal, "begin">;
  clock: Clock;
  sink: EventSink;
  /** Calls one person may have running. @default 64 */
  maxRunning?: number;
  /** Progress may stretch a call to this many times its timeout. @default 10 */
  maxStretch?: number;
}

const toolDigests = new WeakMap<object, string>();

/** Of a definition that many calls share. */
function toolDigest(definition: object): string {
  const known = toolDigests.get(definition) ?? digestOf(definition);
  toolDigests.set(definition, known);
  return known;
}

/** Runs tools on people's own connections; a running call belongs to who started it. */
export function liveToolCalls(options: ToolCallsOptions): ToolCalls {
  const { connections, journal, clock, sink, maxRunning = 64, maxStretch = 10 } = options;
  const running = new Map<string, Map<string, AbortController>>();

  const begin = (userId: string, callId: string): AbortController => {
    const calls = running.get(userId) ?? new Map<string, AbortController>();
    if (calls.has(callId)) throw new AppError("CALL_ID_TAKEN", "a call with this id is running");
    if (calls.size >= maxRunning) throw new AppError("LIMIT_REACHED", `${maxRunning} of your calls are running already`);
    const abort = new AbortController();
    running.set(userId, calls.set(callId, abort));
    return abort;
  };

  const end = (userId: string, callId: string) => {
    const calls = running.get(userId);
    calls?.delete(callId);
    if (calls?.size === 0) running.delete(userId);
  };

  return {
    async call(who, { server, tool, arguments: args, callId = randomUUID(), signal, onSent }): Promise<ToolCallAnswer> {
      const abort = begin(who.userId, callId);
      const startedAt = clock.now();
      const journalled: { end?: (end: CallEnd) => void } = {};
      try {
        const result = await connections.use(who, server, async (session, config) => {
          const definition = isToolOffered(config.access, tool) ? session.tools().get(tool)?.definition : undefined;
          if (definition === undefined) throw new AppError("TOOL_UNKNOWN", `the server has no tool "${tool}"`);
          const digests = { toolDigest: toolDigest(definition), argumentDigest: digestOf(args) };
          journalled.end ??= await journal.begin({ userId: who.userId, callId, server, tool, ...digests });
          onSent?.();
          return session.callTool({
            tool,
            arguments: args,
            timeoutMs: config.timeoutMs,
            maxTotalMs: config.timeoutMs * maxStretch,
            signal: signal === undefined ? abort.signal : AbortSignal.any([signal, abort.signal]),
            onProgress: ({ progress, total, message }) =>
              sink.callProgressed(who.userId, { callId, server, tool, progress, total: total ?? null, message: message ?? null }),
          });
        });
        journalled.end?.({ ok: true });
        return {
          callId,
          server,
          tool,
          isError: result.isError === true,
          content: result.content as readonly Record<string, unknown>[],
          structuredContent: result.structuredContent ?? null,
          durationMs: clock.now() - startedAt,
        };
      } catch (error) {
        journalled.end?.({ ok: false, error });
        throw error;
      } finally {
        end(who.userId, callId);
      }
    },
    cancel(who, callId) {
      const abort = running.get(who.userId)?.get(callId);
      if (abort === undefined) throw new AppError("CALL_UNKNOWN", "no call of yours with this id is running");
      abort.abort();
    },
  };
}
