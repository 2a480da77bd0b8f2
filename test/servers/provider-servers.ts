import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Asked } from "./openai-server.ts";

export type Provider = "anthropic" | "google" | "mistral";

/** A first answer says `text` and wants `call`; every later one says `last`. */
export interface ProviderSays {
  text: string;
  call: { name: string; arguments: object };
  last: string;
}

export interface ProviderServer {
  url: string;
  asked: Asked[];
  close(): Promise<void>;
}

/** A server on loopback that streams as this provider does, and refuses what the provider refuses. */
export async function startProviderServer(provider: Provider, says: ProviderSays): Promise<ProviderServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = JSON.parse(Buffer.concat(chunks).toString());
    asked.push({ path: request.url ?? "", headers: request.headers, body });
    const refusal = provider === "mistral" ? refusedByMistral(body) : null;
    if (refusal !== null) {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(JSON.stringify({ object: "error", message: refusal, type: "invalid_request_error" }));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    STREAMS[provider](asked.length === 1 ? says : { ...says, call: null }, response);
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Said = Omit<ProviderSays, "call"> & { call: ProviderSays["call"] | null };
const PIECES = 3;

/** api.mistral.ai: "Tool call id was … but must be a-z, A-Z, 0-9, with a length of 9." */
function refusedByMistral({ messages }: { messages: { tool_calls?: { id: string }[]; tool_call_id?: string }[] }): string | null {
  const ids = messages
    .flatMap(({ tool_calls = [], tool_call_id }) => [...tool_calls.map(({ id }) => id), tool_call_id ?? []])
    .flat();
  const bad = ids.find((id) => !/^[a-zA-Z0-9]{9}$/.test(id));
  return bad === undefined ? null : `Tool call id was ${bad} but must be a-z, A-Z, 0-9, with a length of 9.`;
}

const data = (response: ServerResponse, value: object) => void response.write(`data: ${JSON.stringify(value)}\n\n`);

const STREAMS: Readonly<Record<Provider, (says: Said, response: ServerResponse) => void>> = {
  /** docs.anthropic.com, "Streaming Messages". */
  anthropic({ text, call, last }, response) {
    const event = (type: string, more: object) => {
      response.write(`event: ${type}\n`);
      data(response, { type, ...more });
    };
    const usage = { input_tokens: 11, output_tokens: 1 };
    const message = { id: "msg_1", type: "message", role: "assistant", content: [], model: "claude-a", stop_reason: null };
    event("message_start", { message: { ...message, stop_sequence: null, usage } });
    event("content_block_start", { index: 0, content_block: { type: "text", text: "" } });
    event("ping", {});
    for (const piece of pieces(call === null ? last : text))
      event("content_block_delta", { index: 0, delta: { type: "text_delta", text: piece } });
    event("content_block_stop", { index: 0 });
    if (call !== null) {
      const block = { type: "tool_use", id: "toolu_01A09q90qw90lq917835lq9", name: call.name, input: {} };
      event("content_block_start", { index: 1, content_block: block });
      for (const piece of pieces(JSON.stringify(call.arguments)))
        event("content_block_delta", { index: 1, delta: { type: "input_json_delta", partial_json: piece } });
      event("content_block_stop", { index: 1 });
    }
    const delta = { stop_reason: call === null ? "end_turn" : "tool_use", stop_sequence: null };
    event("message_delta", { delta, usage: { output_tokens: 7 } });
    event("message_stop", {});
  },
  /** ai.google.dev, "models.streamGenerateContent". */
  google({ text, call, last }, response) {
    const usageMetadata = { promptTokenCount: 11, candidatesTokenCount: 7, totalTokenCount: 18 };
    const chunk = (parts: object[], more: object = {}) =>
      data(response, {
        candidates: [{ content: { parts, role: "model" }, index: 0, ...more }],
        usageMetadata,
        modelVersion: "gemini-a",
      });
    for (const piece of pieces(call === null ? last : text)) chunk([{ text: piece }]);
    chunk(call === null ? [{ text: "" }] : [{ functionCall: { name: call.name, args: call.arguments } }], {
      finishReason: "STOP",
    });
  },
  /** docs.mistral.ai, "Chat completion": calls come whole, and the role with the first piece. */
  mistral({ text, call, last }, response) {
    const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) =>
      data(response, {
        id: "c",
        object: "chat.completion.chunk",
        created: 1,
        model: "mistral-a",
        choices: [{ index: 0, delta, finish_reason }],
        ...more,
      });
    chunk({ role: "assistant", content: "" });
    for (const piece of pieces(call === null ? last : text)) chunk({ content: piece });
    const usage = { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
    if (call === null) chunk({ content: "" }, "stop", { usage });
    else {
      const wanted = { id: "D681PevKs", function: { name: call.name, arguments: JSON.stringify(call.arguments) }, index: 0 };
      chunk({ content: "", tool_calls: [wanted] }, "tool_calls", { usage });
    }
    response.write("data: [DONE]\n\n");
  },
};

function pieces(text: string): string[] {
  const size = Math.ceil(text.length / PIECES);
  return Array.from({ length: PIECES }, (_, index) => text.slice(index * size, (index + 1) * size));
}
