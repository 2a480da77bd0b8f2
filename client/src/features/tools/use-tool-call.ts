import { useCallback, useRef, useState } from "react";
import type { CallProgress, ToolCallAnswer } from "../../../../schemas/wire.ts";
import type { ApiError } from "../../lib/api-client.ts";
import type { Live } from "../../lib/live.ts";
import { useLiveEvent } from "../../lib/use-live-event.ts";
import { asApiError } from "../../lib/use-request.ts";
import { callTool, cancelCall } from "./tools-api.ts";

/** One call at a time, from nothing to its end. */
export type CallState =
  | { phase: "idle" }
  | { phase: "running"; callId: string; progress: CallProgress | null; cancelling: boolean }
  | { phase: "answered"; answer: ToolCallAnswer }
  | { phase: "failed"; error: ApiError; args: Record<string, unknown> };

interface ToolCall {
  state: CallState;
  /** `approval`: the one that was given for these arguments. */
  run(args: Record<string, unknown>, approval?: string): void;
  /** Nothing is to be shown of the last call any more. */
  clear(): void;
  cancel(): void;
}

export function useToolCall(live: Live, { server, tool }: { server: string; tool: string }): ToolCall {
  const [state, setState] = useState<CallState>({ phase: "idle" });
  const current = useRef<string | null>(null);

  useLiveEvent(live, "progress", (progress) => {
    if (progress.callId !== current.current) return;
    setState((before) => (before.phase === "running" ? { ...before, progress } : before));
  });

  const run = useCallback(
    (args: Record<string, unknown>, approval?: string) => {
      if (current.current !== null) return;
      const callId = newCallId();
      current.current = callId;
      setState({ phase: "running", callId, progress: null, cancelling: false });
      const end = (next: CallState) => {
        current.current = null;
        setState(next);
      };
      callTool({ server, tool, callId, arguments: args, ...(approval === undefined ? {} : { approval }) }).then(
        (answer) => end({ phase: "answered", answer }),
        (error: unknown) => end({ phase: "failed", error: asApiError(error), args }),
      );
    },
    [server, tool],
  );

  const cancel = useCallback(() => {
    const callId = current.current;
    if (callId === null) return;
    setState((before) => (before.phase === "running" ? { ...before, cancelling: true } : before));
    // A call that has ended meanwhile needs no cancelling; its own answer says what happened.
    cancelCall(callId).catch(() =>
      setState((before) => (before.phase === "running" ? { ...before, cancelling: false } : before)),
    );
  }, []);

  const clear = useCallback(() => setState({ phase: "idle" }), []);
  return { state, run, clear, cancel };
}

/** `crypto.randomUUID` is not there on plain http, where many self-hosted pages live. */
function newCallId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `ui-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
