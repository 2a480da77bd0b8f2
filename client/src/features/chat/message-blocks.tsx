import { FileText, ImageOff } from "lucide-react";
import type { ChatMessage } from "../../../../schemas/chat-wire.ts";
import { DefinitionChange } from "../../ui/definition-change.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Markdown } from "../../ui/markdown.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { type Block, blocksOf } from "./blocks.ts";
import { ToolGroup } from "./cards/tool-group.tsx";
import classes from "./message-row.module.css";
import { Reasoning } from "./reasoning.tsx";

interface MessageBlocksProps {
  conversationId: string;
  message: ChatMessage;
  isOwn: boolean;
}

/** What stands in a message, in the order it came. */
export function MessageBlocks({ message, isOwn }: MessageBlocksProps) {
  const blocks = blocksOf(message);
  const isRunning = message.state === "running";
  if (blocks.length === 0 && isRunning) return <Thinking />;
  return blocks.map((block, at) => (
    <OneBlock key={block.index} block={block} message={message} isOwn={isOwn} isGrowing={isRunning && at === blocks.length - 1} />
  ));
}

interface OneBlockProps {
  block: Block;
  message: ChatMessage;
  isOwn: boolean;
  isGrowing: boolean;
}

function OneBlock({ block, message, isOwn, isGrowing }: OneBlockProps) {
  switch (block.kind) {
    case "text":
      return isOwn ? (
        <p className={classes.plain}>
          <ForeignText maxLength={block.text.length}>{block.text}</ForeignText>
        </p>
      ) : (
        <Markdown>{block.text}</Markdown>
      );
    case "reasoning":
      return <Reasoning text={block.text} isGrowing={isGrowing} />;
    case "image":
      return block.image.data === "" ? (
        <p className={classes.attached}>
          <ImageOff size={15} aria-hidden="true" /> Image
        </p>
      ) : (
        <img className={classes.image} src={`data:${block.image.mediaType};base64,${block.image.data}`} alt="Attached" />
      );
    case "attached":
      return (
        <p className={classes.attached}>
          <FileText size={15} aria-hidden="true" />
          <ForeignText>{block.attached.type === "resource" ? block.attached.uri : block.attached.prompt}</ForeignText>
        </p>
      );
    case "notice": {
      const { text, change } = block.notice;
      return (
        <Notice tone={change === undefined ? "blue" : "amber"}>
          <ForeignText>{text}</ForeignText>
          {change !== undefined && <DefinitionChange change={{ server: false, parts: [{ part: "instructions", ...change }] }} />}
        </Notice>
      );
    }
    case "error":
      return <Failure error={block.error} />;
    case "stopped":
      return null;
    case "toolGroup":
      return <ToolGroup message={message} calls={block.calls} />;
  }
}

function Thinking() {
  return (
    <p className={classes.thinking} role="status">
      <span className="pb-hidden">The answer is being made</span>
      <span aria-hidden="true" />
      <span aria-hidden="true" />
      <span aria-hidden="true" />
    </p>
  );
}
