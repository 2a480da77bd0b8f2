import type { ChatEvent, ConversationView } from "../../schemas/chat-wire.ts";

/** One conversation of one person. Times are epoch milliseconds. */
export interface ConversationRecord extends ConversationView {
  readonly userId: string;
  /** What was said, in lower case and bounded: searched in, never shown. */
  readonly searchText: string;
}

export type ConversationChange = Partial<
  Pick<ConversationRecord, "title" | "servers" | "model" | "updatedAt" | "isRunning" | "searchText">
>;

export interface ConversationPage {
  limit: number;
  /** Those after this one in the order of the list. */
  before?: { readonly updatedAt: number; readonly id: string } | undefined;
  /** In lower case: part of the title or of what was said. */
  search?: string | undefined;
}

/**
 * Conversations, each with an append-only list of numbered events that its transcript is made of. Nothing in that list
 * is changed: an edit or a new answer is another branch, and only deleting the conversation takes anything away.
 */
export interface ConversationStore {
  /** False when the id is taken. */
  insert(record: ConversationRecord): Promise<boolean>;
  /** Null when this person has none of this id. */
  get(userId: string, id: string): Promise<ConversationRecord | null>;
  /** This person's, last changed first. */
  page(userId: string, page: ConversationPage): Promise<ConversationRecord[]>;
  count(userId: string): Promise<number>;
  /** False when this person has none of this id. */
  update(userId: string, id: string, change: ConversationChange): Promise<boolean>;
  /** With its events. False when there was none. */
  delete(userId: string, id: string): Promise<boolean>;
  /** In this order, all or none. One whose `seq` is there already stays as it is: written twice is written once. */
  append(conversationId: string, events: readonly ChatEvent[]): Promise<void>;
  /** Those with a higher number than `after`, in order. */
  events(conversationId: string, after: number): Promise<ChatEvent[]>;
  /** Everybody's that say they are running. For the start of the process. */
  running(): Promise<ConversationRecord[]>;
  deleteByUser(userId: string): Promise<void>;
}
