import type { ChatMessage } from "../../../../schemas/chat-wire.ts";
import { DefinitionChange } from "../../ui/definition-change.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Failure, Notice } from "../../ui/notice.tsx";
import { AnswerText } from "./answer-text.tsx";
import { AttachedPart } from "./attach/attached-part.tsx";
import { type Block, blocksOf } from "./blocks.ts";
import { ToolGroup } from "./cards/tool-group.tsx";
import { MessageImage } from "./message-image.tsx";
import classes from "./message-row.module.css";
import { Reasoning } from "./reasoning.tsx";

interface MessageBlocksProps {
  conversationId: string;
  message: ChatMessage;
  isOwn: boolean;
}

/** What stands in a message, in the order it came. */
export function MessageBlocks({ conversationId, message, isOwn }: MessageBlocksProps) {
  const blocks = blocksOf(message);
  const isRunning = message.state === "running";
  if (blocks.length === 0 && isRunning) return <Thinking />;
  return blocks.map((block, at) => (
    <OneBlock
      key={block.index}
      conversationId={conversationId}
      block={block}
      message={message}
      isOwn={isOwn}
      isGrowing={isRunning && at === blocks.length - 1}
    />
  ));
}

interface OneBlockProps extends MessageBlocksProps {
  block: Block;
  isGrowing: boolean;
}

const WENT_ON = { person: "Stopped here, then continued", restart: "The server was restarted here; then it went on" };

function OneBlock({ conversationId, block, message, isOwn, isGrowing }: OneBlockProps) {
  switch (block.kind) {
    case "text":
      return isOwn ? (
        <p className={classes.plain}>
          <ForeignText maxLength={block.text.length}>{block.text}</ForeignText>
        </p>
      ) : (
        <AnswerText text={block.text} isGrowing={isGrowing} />
      );
    case "reasoning":
      return <Reasoning text={block.text} isGrowing={isGrowing} />;
    case "image":
      return <MessageImage image={block.image} conversationId={conversationId} messageId={message.id} index={block.index} />;
    case "attached":
      return <AttachedPart part={block.attached} messageId={message.id} index={block.index} />;
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
      return block.wentOn ? <p className={classes.wentOn}>{WENT_ON[block.by]}</p> : null;
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
