import { Button, Skeleton, TextInput } from "@mantine/core";
import { Search, SquarePen } from "lucide-react";
import { Failure } from "../../ui/notice.tsx";
import classes from "./conversation-list.module.css";
import { groupedByDay } from "./conversation-order.ts";
import { ConversationRow } from "./conversation-row.tsx";
import type { ConversationList as List } from "./use-conversations.ts";

interface ConversationListProps {
  list: List;
  selected: string | null;
  search: string;
  onSearch(search: string): void;
  /** Null: a new one. */
  onOpen(id: string | null): void;
}

/** A person's conversations, last changed first. */
export function ConversationList({ list, selected, search, onSearch, onOpen }: ConversationListProps) {
  const { conversations, loading, error, loadMore, reload } = list;
  return (
    <>
      <div className={classes.head}>
        <Button fullWidth variant="default" leftSection={<SquarePen size={16} aria-hidden="true" />} onClick={() => onOpen(null)}>
          New conversation
        </Button>
        <TextInput
          type="search"
          aria-label="Search conversations"
          placeholder="Search"
          leftSection={<Search size={16} aria-hidden="true" />}
          value={search}
          onChange={(event) => onSearch(event.currentTarget.value)}
        />
      </div>
      <nav className={classes.groups} aria-label="Conversations">
        <Failure error={error}>
          <Button mt={8} size="xs" variant="default" onClick={reload}>
            Try again
          </Button>
        </Failure>
        {loading && conversations.length === 0 && [0, 1, 2].map((each) => <Skeleton key={each} height={38} mb={6} radius={9} />)}
        {!loading && error === null && conversations.length === 0 && (
          <p className={classes.none}>{search === "" ? "Your conversations will be here." : "Nothing was found."}</p>
        )}
        {groupedByDay(conversations, Date.now()).map((group) => (
          <section key={group.title}>
            <h2 className="pb-label">{group.title}</h2>
            <ul className={classes.list}>
              {group.conversations.map((conversation) => (
                <ConversationRow
                  key={conversation.id}
                  conversation={conversation}
                  isSelected={conversation.id === selected}
                  list={list}
                  onOpen={onOpen}
                />
              ))}
            </ul>
          </section>
        ))}
        {loadMore !== null && (
          <Button variant="subtle" size="xs" loading={loading} onClick={loadMore}>
            Show older ones
          </Button>
        )}
      </nav>
    </>
  );
}
