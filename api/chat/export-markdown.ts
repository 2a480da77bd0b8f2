import { branchOf } from "../../schemas/chat-transcript.ts";
import type { ChatPart, Transcript } from "../../schemas/chat-wire.ts";

/** The branch that is shown, for people to read: texts as they are, everything else in fenced blocks. */
export function exportMarkdown(title: string, transcript: Transcript): string {
  const sections = branchOf(transcript).map(({ role, by, model, parts }) => {
    const who = by === "model" ? `Answer${model === null ? "" : ` (${model.model})`}` : role === "user" ? "Message" : "Console";
    return [`## ${who}`, ...parts.map(written)].join("\n\n");
  });
  return `${[`# ${title.replace(/\s+/g, " ")}`, ...sections].join("\n\n")}\n`;
}

function written(part: ChatPart): string {
  switch (part.type) {
    case "text":
      return part.text;
    case "reasoning":
      return part.text.replace(/^/gm, "> ");
    case "image":
      return `*(image, ${part.mediaType})*`;
    case "resource":
      return `**${part.server}** \`${part.uri}\`\n\n${fenced(part.text)}`;
    case "prompt":
      return `**${part.server}** prompt \`${part.prompt}\`\n\n${fencedJson(part.messages)}`;
    case "tool_call":
      return `**${part.server}** \`${part.tool}\`\n\n${part.arguments === null ? fenced(part.argumentsText ?? "") : fencedJson(part.arguments)}`;
    case "tool_result":
      return `*${part.error?.message ?? part.state}*\n\n${fencedJson(part.structuredContent ?? part.content)}`;
    case "approval_asked":
      return `*${part.reason}*`;
    case "approval_answered":
      return `*${part.answer}${part.reason === undefined ? "" : `: ${part.reason}`}*`;
    case "notice":
      return `*${part.text}*`;
    case "error":
      return `*${part.error.code}: ${part.error.message}*`;
    case "stopped":
      return part.by === "person" ? "*(stopped)*" : "*(interrupted)*";
  }
}

const fencedJson = (value: unknown) => fenced(JSON.stringify(value, null, 2), "json");

/** With a fence longer than any in the text: what is inside stays inside. */
function fenced(text: string, language = ""): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
