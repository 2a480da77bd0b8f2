import type { ChatPart } from "../../schemas/chat-wire.ts";
import { showsNothing } from "../../schemas/hidden-characters.ts";
import { seenText } from "../tools/model-text.ts";

type ToolResultPart = Extract<ChatPart, { type: "tool_result" }>;
type Block = Readonly<Record<string, unknown>>;

const MAX_CHARS = 100_000;

/** What a model reads of a result: texts as people see them, everything else named in one line. */
export function resultText({ state, error, content, structuredContent }: ToolResultPart): string {
  if (state !== "done") return seenText(`The call did not succeed (${error?.code ?? state}): ${error?.message ?? ""}`).text;
  const told = content.map(blockText).filter((text) => !showsNothing(text));
  const hasText = content.some(({ type, text }) => type === "text" && !showsNothing(String(text)));
  if (!hasText && structuredContent !== null && structuredContent !== undefined) told.push(JSON.stringify(structuredContent));
  const text = told.join("\n\n");
  if (text === "") return "(no content)";
  const seen = seenText(text.slice(0, MAX_CHARS)).text;
  return text.length <= MAX_CHARS ? seen : `${seen}\n\n(cut: ${text.length - MAX_CHARS} more characters)`;
}

function blockText(block: Block): string {
  if (block.type === "text") return String(block.text);
  if (block.type === "resource_link") return `(resource ${String(block.uri)}: ${String(block.name ?? "")})`;
  if (block.type === "resource") {
    const { uri, text, mimeType } = (block.resource ?? {}) as Block;
    return typeof text === "string"
      ? `Resource ${String(uri)}:\n${text}`
      : `(resource ${String(uri)}, ${String(mimeType ?? "binary")})`;
  }
  return `(${String(block.type)}, ${String(block.mimeType ?? "unknown type")}: shown to the person)`;
}
