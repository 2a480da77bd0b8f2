import { randomUUID } from "node:crypto";
import type { ChatPart, RunStarted } from "../../schemas/chat-wire.ts";
import type { ServerCatalogues } from "../connections/server-catalogues.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/identity.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import { type Conversations, notInChat, UNTITLED } from "./conversations.ts";
import type { Runs, RunWork } from "./runs.ts";
import { runToolCall, type ToolTurnOptions } from "./tool-turn.ts";

export interface ConsoleOptions extends ToolTurnOptions {
  conversations: Conversations;
  runs: Runs;
  directory: Pick<ServerDirectory, "get">;
  catalogues: Pick<ServerCatalogues, "getPrompt">;
  clock: Clock;
  mayBegin: (userId: string) => void;
}

/** Tools and prompts that a person runs in a conversation, no model taking part. Throws what `Runs` throws. */
export interface Console {
  call(
    who: Principal,
    id: string,
    wanted: { server: string; tool: string; arguments: Record<string, unknown> },
  ): Promise<RunStarted>;
  prompt(
    who: Principal,
    id: string,
    wanted: { server: string; prompt: string; arguments: Record<string, string> },
  ): Promise<RunStarted>;
}

export function toolConsole(options: ConsoleOptions): Console {
  const { conversations, runs, directory, catalogues, clock, mayBegin } = options;
  const start = async (who: Principal, id: string, { server, name }: { server: string; name: string }, work: RunWork) => {
    mayBegin(who.userId);
    if (!directory.get(who, server).chatMenu) throw notInChat(server);
    const record = await conversations.get(who, id);
    const { transcript } = await conversations.log(who, id);
    const answer = { id: randomUUID(), parentId: transcript.head, role: "assistant", by: "console", model: null } as const;
    const started = await runs.start({ who, record, answer, work });
    if (record.title === UNTITLED && transcript.messages.length === 0) await conversations.note(who.userId, id, { title: name });
    return started;
  };
  return {
    call: (who, id, { server, tool, arguments: args }) =>
      start(who, id, { server, name: `${tool} (${server})` }, async ({ log, answerId, time }) => {
        const part = {
          type: "tool_call",
          callId: randomUUID(),
          server,
          tool,
          arguments: args,
          by: "person",
          at: clock.now(),
        } as const;
        const add = (value: ChatPart) => {
          const parts = log.transcript.messages.findLast((message) => message.id === answerId)?.parts ?? [];
          log.add({ type: "part", messageId: answerId, part: parts.length, value });
        };
        add(part);
        await log.flush();
        await runToolCall(options, { who, part, context: `chat:${id}:${answerId}:${part.callId}`, time, add });
        return null;
      }),
    prompt: (who, id, { server, prompt, arguments: args }) =>
      start(who, id, { server, name: `${prompt} (${server})` }, async ({ log, answerId, time }) => {
        const got = (await catalogues.getPrompt({ who, server, signal: time.signal }, prompt, args)) as { messages?: unknown };
        const messages = Array.isArray(got.messages) ? (got.messages as unknown[]) : [];
        const value: ChatPart = { type: "prompt", server, prompt, arguments: args, messages };
        log.add({ type: "part", messageId: answerId, part: 0, value });
        return null;
      }),
  };
}
