import { ActionIcon, Drawer } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { PanelLeft, SquarePen } from "lucide-react";
import { useEffect, useState } from "react";
import type { ConversationView, ModelChoice, ModelsView } from "../../../../schemas/chat-wire.ts";
import type { ServerView } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import { useLiveEvent } from "../../lib/use-live-event.ts";
import { useRequest } from "../../lib/use-request.ts";
import { visibleString } from "../../ui/visible-text.ts";
import { listModels } from "./chat-api.ts";
import classes from "./chat-page.module.css";
import { ChatRoom } from "./chat-room.tsx";
import { ConversationDeeds } from "./conversation-deeds.tsx";
import { ConversationList } from "./conversation-list.tsx";
import { useConversation } from "./use-conversation.ts";
import { useConversations } from "./use-conversations.ts";
import { useOutbox } from "./use-outbox.ts";
import { usePicks } from "./use-picks.ts";

/** What was picked last may be gone; then a new conversation begins with the default. */
function isOffered(models: ModelsView, picked: ModelChoice | null): boolean {
  const endpoint = models.endpoints.find(({ name }) => name === picked?.endpoint);
  return endpoint?.models.some(({ name }) => name === picked?.model) ?? false;
}

interface ChatPageProps {
  live: Live;
  userId: string;
  servers: readonly ServerView[];
  /** Null: a new one. */
  conversationId: string | null;
  onOpen(id: string | null): void;
  onSignIn(server: string): void;
  onConfigure(server: string): void;
}

/** Conversations with models: the list, and the one that is open. */
export function ChatPage({ live, userId, servers, conversationId: id, onOpen, onSignIn, onConfigure }: ChatPageProps) {
  const [search, setSearch] = useState("");
  const [settledSearch] = useDebouncedValue(search.trim(), 250);
  const list = useConversations(live, settledSearch);
  const models = useRequest("models", listModels);
  useLiveEvent(live, "back", models.reload);
  const open = useConversation(live, id);
  const changed = (conversation: ConversationView) => {
    open.note(conversation);
    list.note(conversation);
  };
  const wanted = usePicks({ conversation: open.conversation, userId, servers, onChanged: changed });
  const isGone = id === null && models.data !== null && !isOffered(models.data, wanted.model);
  const picks = isGone ? { ...wanted, model: null } : wanted;
  const outbox = useOutbox({ pick: { servers: picks.servers, model: picks.model }, onBegun: onOpen });
  useLiveEvent(live, "conversationRemoved", (removed) => {
    if (removed === id) onOpen(null);
  });
  const [isListOpen, setListOpen] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: arriving somewhere closes the drawer
  useEffect(() => setListOpen(false), [id]);
  const title = id === null ? "New conversation" : visibleString(open.conversation?.title ?? "");
  useEffect(() => {
    document.title = `${title === "" ? "Chat" : title} · Patchbay`;
  }, [title]);
  const listView = <ConversationList list={list} selected={id} search={search} onSearch={setSearch} onOpen={onOpen} />;
  return (
    <div className={classes.page}>
      <aside className={classes.aside} aria-label="Conversations">
        {listView}
      </aside>
      <Drawer
        opened={isListOpen}
        onClose={() => setListOpen(false)}
        size={310}
        title="Conversations"
        classNames={{ body: classes.drawer }}
      >
        {listView}
      </Drawer>
      <div className={classes.room}>
        <header className={classes.header}>
          <ActionIcon className={classes.narrow} variant="subtle" aria-label="Conversations" onClick={() => setListOpen(true)}>
            <PanelLeft size={19} aria-hidden="true" />
          </ActionIcon>
          <h1>{title}</h1>
          <ActionIcon className={classes.narrow} variant="subtle" aria-label="New conversation" onClick={() => onOpen(null)}>
            <SquarePen size={18} aria-hidden="true" />
          </ActionIcon>
          {open.conversation !== null && (
            <ConversationDeeds conversation={open.conversation} onChanged={changed} onRemoved={() => onOpen(null)} />
          )}
        </header>
        <ChatRoom
          key={id}
          live={live}
          userId={userId}
          servers={servers}
          models={models}
          id={id}
          open={open}
          outbox={outbox}
          picks={picks}
          onBegun={onOpen}
          onSignIn={onSignIn}
          onConfigure={onConfigure}
        />
      </div>
    </div>
  );
}
