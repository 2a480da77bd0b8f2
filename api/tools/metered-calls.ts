import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Meter } from "../ports/meter.ts";
import type { ToolCalls } from "./tool-calls.ts";

/** Counts what became of calls, and how long they took. */
export function meteredCalls(calls: ToolCalls, { meter, clock }: { meter: Meter; clock: Clock }): ToolCalls {
  return {
    ...calls,
    async call(who, request) {
      const { server, tool } = request;
      const startedAt = clock.now();
      const ended = (outcome: string) => meter.callEnded({ server, tool, outcome, seconds: (clock.now() - startedAt) / 1_000 });
      try {
        const answer = await calls.call(who, request);
        ended(answer.isError ? "tool_error" : "done");
        return answer;
      } catch (error) {
        ended(error instanceof AppError ? error.code : "INTERNAL");
        throw error;
      }
    },
  };
}
