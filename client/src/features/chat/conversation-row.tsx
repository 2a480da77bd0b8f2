import { Link } from "react-router";
import type { ConversationView } from "../../../../schemas/chat-wire.ts";
import { visibleString } from "../../ui/visible-text.ts";
import { ConversationDeeds } from "./conversation-deeds.tsx";
import classes from "./conversation-list.module.css";
import type { ConversationList } from "./use-conversations.ts";

interface ConversationRowProps {
  conversation: ConversationView;
  isSelected: boolean;
  list: ConversationList;
  onOpen(id: string | null): void;
}

export function ConversationRow({ conversation, isSelected, list, onOpen }: ConversationRowProps) {
  const { id, title, isRunning } = conversation;
  const removed = () => {
    list.noteRemoved(id);
    if (isSelected) onOpen(null);
  };
  return (
    <li className={classes.row}>
      <Link to={`/chat/${id}`} className={classes.link} aria-current={isSelected ? "page" : undefined}>
        <span className={classes.title}>{visibleString(title)}</span>
        {isRunning && (
          <span className={classes.running} role="img" aria-label="An answer is being made" title="An answer is being made" />
        )}
      </Link>
      <span className={classes.more}>
        <ConversationDeeds conversation={conversation} onChanged={list.note} onRemoved={removed} />
      </span>
    </li>
  );
}
