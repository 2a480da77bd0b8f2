import { Link } from "react-router";
import type { ConversationView } from "../../../../schemas/chat-wire.ts";
import { visibleString } from "../../ui/visible-text.ts";
import classes from "./conversation-list.module.css";
import type { ConversationList } from "./use-conversations.ts";

interface ConversationRowProps {
  conversation: ConversationView;
  isSelected: boolean;
  list: ConversationList;
  onOpen(id: string | null): void;
}

export function ConversationRow({ conversation, isSelected }: ConversationRowProps) {
  const { id, title, isRunning } = conversation;
  return (
    <li className={classes.row}>
      <Link to={`/chat/${id}`} className={classes.link} aria-current={isSelected ? "page" : undefined}>
        <span className={classes.title}>{visibleString(title)}</span>
        {isRunning && (
          <span className={classes.running} role="img" aria-label="An answer is being made" title="An answer is being made" />
        )}
      </Link>
    </li>
  );
}
