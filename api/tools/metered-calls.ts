import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { Meter } from "../ports/meter.ts";
import type { ToolCalls } from "./tool-calls.ts";

/** Counts what became of calls, and how long they took. */
export function meteredCalls(calls: ToolCalls, { meter, clock }: { meter: Meter; clock: Clock }): ToolCalls {
  return {
    ...calls,
    call(who, request) {
      const { server, tool } = request;
      const startedAt = clock.steady();
      const ended = (outcome: string) =>
        meter.callEnded({ server, tool, outcome, seconds: (clock.steady() - startedAt) / 1_000 });
      return calls.call(who, request).then(
        (answer) => {
          ended(answer.isError ? "tool_error" : "done");
          return answer;
        },
        (error: unknown) => {
          ended(error instanceof AppError ? error.code : "INTERNAL");
          throw error;
        },
      );
    },
  };
}
