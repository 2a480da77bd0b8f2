import { expect } from "vitest";
import { applyChatEvent } from "../../schemas/chat-transcript.ts";
import type { ChatEvent, ChatMessage, ConversationSnapshot, Transcript } from "../../schemas/chat-wire.ts";
import { type HttpFixture, startHttpServer } from "../servers/http-server.ts";
import { type OpenAiServer, startOpenAiServer } from "../servers/openai-server.ts";
import { cleanups } from "./clean-up.ts";
import { type Answer, type Caller, type RunningHouse, type StartHouseOptions, startHouse } from "./house.ts";

export interface ChatWorld {
  house: RunningHouse;
  model: OpenAiServer;
  tools: HttpFixture;
  ann: Caller;
}

/** `endpoints.custom` with this server in it. */
export function endpointOf(model: OpenAiServer, more: object = {}): object {
  const entry = { name: "Local", apiKey: "test-key", baseURL: model.url, models: { default: ["small"] }, ...more };
  return { endpoints: { custom: [entry] } };
}

/** A house with a model and an MCP server, both real and both ours; every tool of it may run unasked. */
export async function chatWorld(options: StartHouseOptions & { endpoint?: object; server?: object } = {}): Promise<ChatWorld> {
  const { endpoint, server, ...more } = options;
  const model = await startOpenAiServer();
  const tools = await startHttpServer();
  cleanups.push(model.close, tools.close);
  const one = { type: "streamable-http", url: tools.url, toolApproval: { allow: ["*"] }, ...server };
  const house = await startHouse({ one }, { hosted: true, more: endpointOf(model, endpoint), ...more });
  cleanups.push(house.close);
  return { house, model, tools, ann: await house.user("ann") };
}

/** One conversation of one person's. */
export interface Talk {
  id: string;
  path: string;
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Says it, and waits until the answer has ended. */
  say(text: string, more?: object): Promise<ChatMessage>;
  snapshot(): Promise<ConversationSnapshot>;
  /** The last message of the shown branch, when nothing is made any more. */
  ended(): Promise<ChatMessage>;
}

export async function talkOf(who: Pick<Caller, "ask">, pick: object = { servers: ["one"] }): Promise<Talk> {
  const { id } = (await who.ask("POST", "/api/chat/conversations", pick)).body;
  return talkAt(who, id);
}

export function talkAt(who: Pick<Caller, "ask">, id: string): Talk {
  const path = `/api/chat/conversations/${id}`;
  const ask: Talk["ask"] = (method, more, body) => who.ask(method, path + more, body);
  const snapshot = async (): Promise<ConversationSnapshot> => (await ask("GET", "")).body;
  const ended = async () => {
    await expect.poll(async () => (await snapshot()).conversation.isRunning, { timeout: 10_000 }).toBe(false);
    const { transcript } = await snapshot();
    return transcript.messages.find((message) => message.id === transcript.head) as ChatMessage;
  };
  const say: Talk["say"] = async (text, more = {}) => {
    const sent = await ask("POST", "/messages", { text, ...more });
    expect([sent.status, sent.body]).toMatchObject([201, { conversationId: id }]);
    return ended();
  };
  return { id, path, ask, say, snapshot, ended };
}

export const textOf = ({ parts }: ChatMessage): string =>
  parts.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("");

/** A tab that follows conversations by its socket. */
export async function openTab(who: Caller): Promise<{ events: ChatEvent[]; close(): void }> {
  const socket = who.socket();
  const events: ChatEvent[] = [];
  socket.on("chat:event", ({ event }) => events.push(event));
  await new Promise<void>((resolve) => socket.once("mcp:snapshot", () => resolve()));
  return { events, close: () => socket.disconnect() };
}

export function folded(events: readonly ChatEvent[], from: Transcript = { messages: [], head: null }): Transcript {
  return events.reduce(applyChatEvent, from);
}
