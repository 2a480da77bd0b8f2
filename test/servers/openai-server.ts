import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What the next answer does, step after step. */
export type Say =
  | { text: string }
  /** Arguments go out in pieces of a few characters, as providers send them. `argumentsText` may be broken. */
  | { calls: readonly { name: string; arguments?: object; argumentsText?: string }[] }
  /** Text in pieces with a pause before each. */
  | { slow: readonly string[]; pauseMs: number }
  /** Resolves when the rest may be said. */
  | { until: Promise<unknown> }
  /** The connection breaks. */
  | { cut: true }
  | { finish: "length" | "content_filter" };
export type Script = readonly Say[] | { status: number; headers?: Record<string, string>; body?: string };

/** A request as it came. */
export interface Asked {
  path: string;
  headers: IncomingMessage["headers"];
  // biome-ignore lint/suspicious/noExplicitAny: tests look into requests of every shape
  body: any;
}

export interface OpenAiServer {
  /** With `/v1`, as files have it. */
  url: string;
  asked: Asked[];
  /** For the requests that come, one each; when there is none left, it says "ok". */
  script(...scripts: Script[]): void;
  /** Forgets what was not asked for: a test that failed leaves nothing to the next one. */
  forget(): void;
  /** Requests that are open now. */
  open(): number;
  models: string[];
  close(): Promise<void>;
}

/** An OpenAI-compatible server on loopback that says what tests want. */
export async function startOpenAiServer(): Promise<OpenAiServer> {
  const scripts: Script[] = [];
  const asked: Asked[] = [];
  let open = 0;
  const models = ["small", "large"];
  const server = createServer((request, response) => {
    open += 1;
    response.on("close", () => {
      open -= 1;
    });
    answer(request, response).catch(() => response.destroy());
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = chunks.length === 0 ? null : JSON.parse(Buffer.concat(chunks).toString());
    asked.push({ path: request.url ?? "", headers: request.headers, body });
    if (request.method === "GET") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ object: "list", data: models.map((id) => ({ id, object: "model" })) }));
      return;
    }
    const script = scripts.shift() ?? [{ text: "ok" }];
    if ("status" in script) {
      response.writeHead(script.status, { "content-type": "application/json", ...script.headers });
      response.end(script.body ?? JSON.stringify({ error: { message: "scripted" } }));
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    await play(script as readonly Say[], response);
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    models,
    script: (...more) => void scripts.push(...more),
    forget: () => void scripts.splice(0),
    open: () => open,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const PIECE_CHARS = 7;

async function play(says: readonly Say[], response: ServerResponse): Promise<void> {
  const id = "chatcmpl-test";
  const chunk = (delta: object, finish: string | null = null) => {
    const choices = [{ index: 0, delta, finish_reason: finish }];
    response.write(`data: ${JSON.stringify({ id, object: "chat.completion.chunk", created: 1, model: "small", choices })}\n\n`);
  };
  chunk({ role: "assistant", content: "" });
  let finish = "stop";
  let words = 0;
  const say = (content: string) => {
    words += 1;
    chunk({ content });
  };
  for (const each of says) {
    if ("text" in each) for (const piece of each.text.match(/\S+\s*|\s+/g) ?? []) say(piece);
    else if ("slow" in each) {
      for (const piece of each.slow) {
        await new Promise((resolve) => setTimeout(resolve, each.pauseMs));
        say(piece);
      }
    } else if ("until" in each) await each.until;
    else if ("cut" in each) {
      // Behind what was written: a reset would take it along.
      await new Promise((resolve) => setTimeout(resolve, 30));
      response.destroy();
      return;
    } else if ("finish" in each) finish = each.finish;
    else {
      finish = "tool_calls";
      for (const [index, { name, arguments: args, argumentsText = JSON.stringify(args ?? {}) }] of each.calls.entries()) {
        const call = { index, id: `call_${index}`, type: "function" };
        chunk({ tool_calls: [{ ...call, function: { name, arguments: "" } }] });
        for (let at = 0; at < argumentsText.length; at += PIECE_CHARS)
          chunk({ tool_calls: [{ index, function: { arguments: argumentsText.slice(at, at + PIECE_CHARS) } }] });
      }
    }
  }
  chunk({}, finish);
  const usage = { prompt_tokens: 10, completion_tokens: words, total_tokens: 10 + words };
  response.write(
    `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created: 1, model: "small", choices: [], usage })}\n\n`,
  );
  response.end("data: [DONE]\n\n");
}
