import type { ChatMessage, ChatPart, ToolResultState } from "../../../../schemas/chat-wire.ts";

type PartOf<Type extends ChatPart["type"]> = Extract<ChatPart, { type: Type }>;

/** What a message shows, in order. `index`: of the part it stands for, or of the first of them. */
export type Block = { index: number } & (
  | { kind: "text" | "reasoning"; text: string }
  | { kind: "image"; image: PartOf<"image"> }
  | { kind: "attached"; attached: PartOf<"resource"> | PartOf<"prompt"> }
  | { kind: "notice"; notice: PartOf<"notice"> }
  | { kind: "error"; error: PartOf<"error">["error"] }
  | { kind: "stopped"; by: PartOf<"stopped">["by"]; wentOn: boolean }
  | { kind: "toolGroup"; calls: readonly CallView[] }
);

/** `waiting`: for a person's word. Without a result, and nothing that could still bring one: `cancelled` or `unknown`. */
export type CallState = "running" | "waiting" | ToolResultState;

/** One call with everything that was said about it. */
export interface CallView {
  call: PartOf<"tool_call">;
  /** The last question that was put about it. */
  asked: PartOf<"approval_asked"> | null;
  /** How that question ended; null while it waits. */
  answered: PartOf<"approval_answered"> | null;
  result: PartOf<"tool_result"> | null;
  /** Where the result stands among the message's parts; -1 while there is none. */
  resultIndex: number;
  state: CallState;
}

/** Pure. What belongs to one call becomes one view of it, wherever it stands; calls that follow each other, one group. */
export function blocksOf({ parts, state, by }: Pick<ChatMessage, "parts" | "state" | "by">): readonly Block[] {
  const blocks: Block[] = [];
  for (const [index, part] of parts.entries()) {
    switch (part.type) {
      case "text":
      case "reasoning":
        if (part.text !== "") blocks.push({ index, kind: part.type, text: part.text });
        break;
      case "image":
        blocks.push({ index, kind: "image", image: part });
        break;
      case "resource":
      case "prompt":
        blocks.push({ index, kind: "attached", attached: part });
        break;
      case "notice":
        blocks.push({ index, kind: "notice", notice: part });
        break;
      case "error":
        blocks.push({ index, kind: "error", error: part.error });
        break;
      case "stopped":
        blocks.push({ index, kind: "stopped", by: part.by, wentOn: index < parts.length - 1 || state === "running" });
        break;
      case "tool_call": {
        const view = callView(part, { parts, state, by });
        const last = blocks.at(-1);
        if (last?.kind === "toolGroup") blocks[blocks.length - 1] = { ...last, calls: [...last.calls, view] };
        else blocks.push({ index, kind: "toolGroup", calls: [view] });
      }
    }
  }
  return blocks;
}

function callView(call: PartOf<"tool_call">, message: Pick<ChatMessage, "parts" | "state" | "by">): CallView {
  const { parts } = message;
  const about = <Type extends "approval_asked" | "tool_result">(type: Type) =>
    parts.findLastIndex((part) => part.type === type && part.callId === call.callId);
  const asked = (parts[about("approval_asked")] as PartOf<"approval_asked"> | undefined) ?? null;
  const answered = parts.findLast(
    (part): part is PartOf<"approval_answered"> =>
      part.type === "approval_answered" && part.callId === call.callId && part.approvalId === asked?.approvalId,
  );
  const resultIndex = about("tool_result");
  const result = (parts[resultIndex] as PartOf<"tool_result"> | undefined) ?? null;
  const view = { call, asked, answered: answered ?? null, result, resultIndex };
  return { ...view, state: stateOf(view, message) };
}

function stateOf(
  { asked, answered, result }: Pick<CallView, "asked" | "answered" | "result">,
  { state, by }: Pick<ChatMessage, "state" | "by">,
): CallState {
  if (result !== null) return result.state;
  const isAsked = asked !== null && answered === null;
  if (state === "running") return isAsked ? "waiting" : "running";
  // A question outlives the process, and so does the answer of a model, which can be continued; a call of a person's cannot.
  if (isAsked) return state === "interrupted" && by === "model" ? "waiting" : "cancelled";
  return "unknown";
}
