import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Logger } from "../ports/logger.ts";
import type { Stores } from "../ports/stores.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import { type Conversations, conversations as openConversations } from "./conversations.ts";
import { transcriptLogs } from "./transcript-log.ts";

export interface ChatOptions {
  stores: Pick<Stores, "conversations">;
  directory: ServerDirectory;
  clock: Clock;
  sink: Pick<EventSink, "serverSaid">;
  logger: Logger;
}

/** The chat of the house. */
export interface Chat {
  conversations: Conversations;
  /** Stores what was told last. */
  close(): Promise<void>;
}

export function openChat({ stores, directory, clock, sink, logger }: ChatOptions): Chat {
  const store = stores.conversations;
  const logs = transcriptLogs({ store, sink, clock, logger });
  return { conversations: openConversations({ store, logs, directory, clock, sink }), close: () => logs.close() };
}
