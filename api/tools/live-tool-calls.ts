import { randomUUID } from "node:crypto";
import type { ToolCallAnswer } from "../../schemas/wire.ts";
import type { LiveConnections } from "../connections/live-connections.ts";
import { AppError } from "../errors/app-error.ts";
import { DEFAULT_LIMITS, type Limits } from "../limits.ts";
import { type InFlight, inFlight } from "../mcp/in-flight.ts";
import type { CallToolResult } from "../mcp/sdk.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import { isToolOffered } from "../servers/access.ts";
import { Stop } from "../stop-signal.ts";
import type { ArgumentChecks } from "./arguments/argument-checks.ts";
import type { CallJournal, JournalledCall } from "./call-journal.ts";
import { toolDigest } from "./definition-change.ts";
import { digestOf } from "./digest.ts";
import type { Permissions } from "./permissions.ts";
import type { ToolCallRequest, ToolCalls } from "./tool-calls.ts";

export interface ToolCallsOptions {
  connections: Pick<LiveConnections, "use">;
  journal: Pick<CallJournal, "begin">;
  permissions: Pick<Permissions, "admit" | "revision">;
  argumentChecks: ArgumentChecks;
  clock: Clock;
  sink: EventSink;
  limits?: Pick<Limits, "callsPerConnection" | "callsPerUser">;
  /** Progress may stretch a call to this many times its timeout. @default 10 */
  maxStretch?: number;
}

const MAX_PROGRESS_CHARS = 500;

interface RunningCall {
  readonly stop: Stop;
  readonly server: string;
  readonly tool: string;
  /** From then on it may run. */
  isSent: boolean;
  /** It has waited for its server to come back: what gathered meanwhile does not shut out what comes then. */
  wasHeld: boolean;
}

function countOf(calls: InFlight<string, RunningCall>, server: string): number {
  let count = 0;
  for (const call of calls.values()) if (call.server === server && !call.wasHeld) count += 1;
  return count;
}

function answerOf(
  { isError, content, structuredContent = null }: CallToolResult,
  { callId, server, tool, durationMs }: Pick<ToolCallAnswer, "callId" | "server" | "tool" | "durationMs">,
): ToolCallAnswer {
  const blocks = content as readonly Record<string, unknown>[];
  return { callId, server, tool, isError: isError === true, content: blocks, structuredContent, durationMs };
}

/** Runs tools on people's own connections; a running call belongs to who started it. */
export function liveToolCalls(options: ToolCallsOptions): ToolCalls {
  const { connections, journal, permissions, argumentChecks, clock, sink, limits = DEFAULT_LIMITS, maxStretch = 10 } = options;
  const running = new Map<string, InFlight<string, RunningCall>>();
  const callsOf = (userId: string) => running.get(userId)?.values() ?? [];

  const begin = (userId: string, { server, tool }: ToolCallRequest, callId: string): RunningCall => {
    const calls = running.get(userId) ?? inFlight<string, RunningCall>();
    if (calls.has(callId)) throw new AppError("CALL_ID_TAKEN", "a call with this id is running");
    const { callsPerUser, callsPerConnection } = limits;
    if (calls.size >= callsPerUser) throw new AppError("LIMIT_REACHED", `${callsPerUser} of your calls are running already`);
    if (calls.size >= callsPerConnection && countOf(calls, server) >= callsPerConnection)
      throw new AppError("LIMIT_REACHED", `${callsPerConnection} of your calls to ${server} are running already`);
    const call: RunningCall = { stop: new Stop(), server, tool, isSent: false, wasHeld: false };
    if (calls.size === 0) running.set(userId, calls);
    calls.set(callId, call);
    return call;
  };

  const end = (userId: string, callId: string) => {
    const calls = running.get(userId);
    calls?.take(callId);
    if (calls?.size === 0) running.delete(userId);
  };

  return {
    async call(who, request): Promise<ToolCallAnswer> {
      const { server, tool, arguments: args, callId = randomUUID(), signal, onSent, by = "person", approval, context } = request;
      const begun = begin(who.userId, request, callId);
      const startedAt = clock.steady();
      let journalled = null as JournalledCall | null;
      /** What an approval was used for: it is good for one call, however often that has to begin, as long as it is the same. */
      let approvedFor: string | null = null;
      try {
        const { stop } = begun;
        if (signal?.aborted === true) stop.abort();
        signal?.addEventListener("abort", () => stop.abort(), { once: true });
        const onAway = () => {
          begun.wasHeld = true;
        };
        const result = await connections.use({ who, server, signal: stop, onAway }, async (session, config, spentMs) => {
          const known = isToolOffered(config.access, tool)
            ? (session.tools().get(tool) ?? (await session.freshTools()).get(tool))
            : undefined;
          if (known === undefined) throw new AppError("TOOL_UNKNOWN", `the server has no tool "${tool}"`);
          const unfit = argumentChecks.check(server, known, args);
          if (unfit !== undefined) await unfit;
          const argumentDigest = digestOf(args);
          const bound = approval === undefined ? null : `${config.connectionDigest} ${toolDigest(known)}`;
          const isApproved = bound !== null && approvedFor === bound;
          const wanted = {
            userId: who.userId,
            config,
            tool: known,
            arguments: args,
            argumentDigest,
            by,
            approval,
            isApproved,
            context,
          };
          const admitted = permissions.admit(wanted);
          if (admitted !== undefined) await admitted;
          approvedFor = bound;
          const { revision } = permissions;
          if (journalled === null) {
            const begun = { userId: who.userId, callId, server, tool, toolDigest: toolDigest(known), argumentDigest };
            journalled = journal.begin(begun);
            await journalled.written;
          }
          // Somebody may have said no meanwhile.
          if (revision !== permissions.revision) await permissions.admit({ ...wanted, isApproved: bound !== null });
          onSent?.();
          begun.isSent = true;
          return session.callTool({
            tool,
            arguments: args,
            timeoutMs: config.timeoutMs,
            maxTotalMs: config.timeoutMs * maxStretch,
            spentMs,
            signal: stop,
            onProgress: ({ progress, total, message }) =>
              sink.callProgressed(who.userId, {
                callId,
                server,
                tool,
                progress,
                total: total ?? null,
                message: message?.slice(0, MAX_PROGRESS_CHARS) ?? null,
              }),
          });
        });
        journalled?.end({ ok: true });
        return answerOf(result, { callId, server, tool, durationMs: clock.steady() - startedAt });
      } catch (error) {
        journalled?.end({ ok: false, error });
        throw error;
      } finally {
        end(who.userId, callId);
      }
    },
    cancel(who, callId) {
      const call = running.get(who.userId)?.get(callId);
      if (call === undefined) throw new AppError("CALL_UNKNOWN", "no call of yours with this id is running");
      call.stop.abort();
    },
    stopUnsent(userId, server, tools) {
      const theirs = (userId === null ? [...running.keys()] : [userId]).flatMap(callsOf);
      const meant = theirs.filter((call) => call.server === server && tools.includes(call.tool));
      const unsent = meant.filter(({ isSent }) => !isSent);
      for (const { stop } of unsent) stop.abort();
      return { stopped: unsent.length, running: meant.length - unsent.length };
    },
    cancelAll(userId) {
      for (const { stop } of callsOf(userId)) stop.abort();
    },
  };
}
