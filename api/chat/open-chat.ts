import type { CustomEndpoint } from "../../config/types.ts";
import type { LiveConnections } from "../connections/live-connections.ts";
import type { ServerCatalogues } from "../connections/server-catalogues.ts";
import type { ServerEgresses } from "../connections/server-egresses.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Logger } from "../ports/logger.ts";
import type { SecretBox } from "../ports/secret-box.ts";
import type { Stores } from "../ports/stores.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import type { InstructionBook } from "../tools/instruction-book.ts";
import type { Permissions } from "../tools/permissions.ts";
import type { ToolCalls } from "../tools/tool-calls.ts";
import { type ChatLimits, DEFAULT_CHAT_LIMITS } from "./chat-limits.ts";
import { type ChatService, chatService } from "./chat-service.ts";
import { type Console, toolConsole } from "./console.ts";
import { type Conversations, conversations as openConversations } from "./conversations.ts";
import { modelKeys } from "./model-keys.ts";
import { modelLists } from "./model-lists.ts";
import { askModel } from "./model-sdk.ts";
import { type Models, models as openModels } from "./models.ts";
import { endInterrupted, runs as openRuns, type Runs } from "./runs.ts";
import { type ModelWords, modelWords } from "./sampling.ts";
import { transcriptLogs } from "./transcript-log.ts";

export interface ChatOptions {
  stores: Pick<Stores, "conversations" | "userVars">;
  box: SecretBox;
  directory: ServerDirectory;
  connections: Pick<LiveConnections, "use">;
  catalogues: Pick<ServerCatalogues, "readResource" | "getPrompt">;
  requests: Pick<ServerRequests, "list">;
  calls: Pick<ToolCalls, "call">;
  permissions: Permissions;
  instructions: Pick<InstructionBook, "look">;
  egresses: Pick<ServerEgresses, "forPlatform" | "forUserAddress">;
  /** `endpoints.custom` of the file in force. */
  custom: () => readonly CustomEndpoint[];
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  sink: Pick<EventSink, "serverSaid">;
  logger: Logger;
  /** Of the file in force. */
  configuredLimits: () => Partial<ChatLimits>;
  /** Over those of the file. */
  limits?: Partial<ChatLimits> | undefined;
}

/** The chat of the house. */
export interface Chat {
  conversations: Conversations;
  models: Models;
  service: ChatService;
  console: Console;
  /** For servers that ask for them. */
  words: ModelWords;
  runs: Runs;
  /** For the start: what a process that ended left running is kept as interrupted. */
  recover(): Promise<void>;
  /** Interrupts what is running, and stores what was told last. */
  close(): Promise<void>;
}

const MINUTE_MS = 60_000;

export function openChat(options: ChatOptions): Chat {
  const { stores, box, directory, egresses, custom, env, clock, sink, logger } = options;
  const limits = (): ChatLimits => ({ ...DEFAULT_CHAT_LIMITS, ...options.configuredLimits(), ...options.limits });
  const store = stores.conversations;
  const logs = transcriptLogs({ store, sink, clock, logger });
  const conversations = openConversations({ store, logs, directory, clock, sink, stop: (id) => runs.stop(id) });
  const runs = openRuns({ conversations, clock, logger, limits });
  const models = openModels({
    custom,
    env,
    keys: modelKeys({ store: stores.userVars, box }),
    lists: modelLists({ clock }),
    egress: (address, isOperators) => (isOperators ? egresses.forPlatform(address) : egresses.forUserAddress()),
  });
  const mayBegin = messagePace(() => limits().messagesPerMinute, clock);
  const shared = { ...options, conversations, models, runs, limits, askModel, mayBegin };
  return {
    conversations,
    models,
    runs,
    service: chatService(shared),
    console: toolConsole(shared),
    words: modelWords(shared),
    recover: async () =>
      endInterrupted(await store.running(), {
        openLog: ({ userId, id }) => logs.open(userId, id),
        note: conversations.note,
        clock,
      }),
    async close() {
      await runs.close();
      await logs.close();
    },
  };
}

/** Throws RATE_LIMITED for who begins more than so many answers in a minute. */
function messagePace(limit: () => number, clock: Clock): (userId: string) => void {
  let windowEndsAt = 0;
  const begun = new Map<string, number>();
  return (userId) => {
    const now = clock.now();
    if (now >= windowEndsAt) {
      windowEndsAt = now + MINUTE_MS;
      begun.clear();
    }
    const perMinute = limit();
    const count = (begun.get(userId) ?? 0) + 1;
    if (count > perMinute) {
      const words = `you may begin ${perMinute} answers in a minute`;
      throw new AppError("RATE_LIMITED", words, { retryAfterMs: windowEndsAt - now });
    }
    begun.set(userId, count);
  };
}
