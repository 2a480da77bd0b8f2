import type { ConversationView } from "../../../../schemas/chat-wire.ts";

export interface ConversationGroup {
  title: string;
  conversations: readonly ConversationView[];
}

/** What changed takes its place: last changed first. `isNew`: whether one that is not in the list belongs there. */
export function withConversation(
  list: readonly ConversationView[],
  changed: ConversationView,
  { isNew }: { isNew: boolean },
): readonly ConversationView[] {
  const others = list.filter(({ id }) => id !== changed.id);
  if (others.length === list.length && !isNew) return list;
  return [...others, changed].toSorted((one, other) => other.updatedAt - one.updatedAt);
}

const DAY_MS = 86_400_000;

/** By the days of whoever looks. `now` is epoch milliseconds. */
export function groupedByDay(list: readonly ConversationView[], now: number): readonly ConversationGroup[] {
  const today = new Date(now).setHours(0, 0, 0, 0);
  const titleOf = ({ updatedAt }: ConversationView) => {
    if (updatedAt >= today) return "Today";
    if (updatedAt >= today - DAY_MS) return "Yesterday";
    if (updatedAt >= today - 7 * DAY_MS) return "Last 7 days";
    return new Date(updatedAt).toLocaleDateString("en", { month: "long", year: "numeric" });
  };
  return [...Map.groupBy(list, titleOf)].map(([title, conversations]) => ({ title, conversations }));
}
