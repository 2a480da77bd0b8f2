import { io } from "socket.io-client";
import type { ChatEvent } from "../../schemas/chat-wire.ts";
import { startOpenAiServer } from "../servers/openai-server.ts";
import { type Goal, median, say } from "./figures.ts";
import { startProduct } from "./product.ts";

const ROUNDS = 5;
const TOKENS = 300;
const PAUSE_MS = 3;
/** What has not run yet is not compiled. */
const WARM_UPS = 5;

interface Streamed {
  firstMs: number;
  tokensPerSecond: number;
}

/**
 * One answer of a model, directly and through the product, in turns: how much later its first word is there, and how
 * fast the rest follows. The model is a server of ours that says 300 words, 3 ms apart: as fast as the fastest there are.
 */
export async function benchChat(): Promise<Goal[]> {
  const model = await startOpenAiServer();
  const custom = [{ name: "Bench", apiKey: "bench", baseURL: model.url, models: { default: ["small"] } }];
  const product = await startProduct({}, { endpoints: { custom } });
  const says = [{ slow: Array<string>(TOKENS).fill("word "), pauseMs: PAUSE_MS }];
  const socket = io(`${product.url}/mcp`, { extraHeaders: { authorization: product.authorization }, transports: ["websocket"] });
  try {
    await new Promise<void>((resolve) => socket.once("mcp:snapshot", () => resolve()));
    const through = async (): Promise<Streamed> => {
      const { id: conversation } = (await product.ask("POST", "/api/chat/conversations", {})) as { id: string };
      model.script(says);
      const startedAt = performance.now();
      let firstAt = 0;
      const ended = new Promise<void>((resolve) => {
        const onEvent = ({ event }: { event: ChatEvent }) => {
          if (event.type === "delta" && firstAt === 0) firstAt = performance.now();
          if (event.type !== "state" || event.state !== "done" || firstAt === 0) return;
          socket.off("chat:event", onEvent);
          resolve();
        };
        socket.on("chat:event", onEvent);
      });
      await product.ask("POST", `/api/chat/conversations/${conversation}/messages`, { text: "Go" });
      await ended;
      const rate = (TOKENS / (performance.now() - firstAt)) * 1_000;
      await settled(conversation);
      return { firstMs: firstAt - startedAt, tokensPerSecond: rate };
    };
    const settled = async (conversation: string) => {
      const isRunning = async () => {
        const { conversation: view } = (await product.ask("GET", `/api/chat/conversations/${conversation}`)) as {
          conversation: { isRunning: boolean };
        };
        return view.isRunning;
      };
      while (await isRunning()) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const direct = async (): Promise<Streamed> => {
      model.script(says);
      return readDirectly(model.url);
    };
    for (let warm = 0; warm < WARM_UPS; warm += 1) {
      await direct();
      await through();
    }
    const pairs: { own: Streamed; bare: Streamed }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      // Another order each round, so that none always comes after the other.
      if (round % 2 === 0) pairs.push({ bare: await direct(), own: await through() });
      else pairs.push({ own: await through(), bare: await direct() });
    }
    for (const { own, bare } of pairs)
      say(
        `first word ${bare.firstMs.toFixed(1)} ms direct, ${own.firstMs.toFixed(1)} ms through; ` +
          `${bare.tokensPerSecond.toFixed(0)}/s direct, ${own.tokensPerSecond.toFixed(0)}/s through`,
      );
    const extra = median(pairs.map(({ own, bare }) => own.firstMs - bare.firstMs));
    const rate = median(pairs.map(({ own, bare }) => own.tokensPerSecond / bare.tokensPerSecond));
    return [
      { name: "time to the first word, through minus direct", value: extra, unit: " ms", atMost: 30 },
      { name: "words a second, through / direct", value: rate, unit: "x", atLeast: 0.95 },
    ];
  } finally {
    socket.disconnect();
    await product.stop();
    await model.close();
  }
}

async function readDirectly(url: string): Promise<Streamed> {
  const startedAt = performance.now();
  const body = JSON.stringify({ model: "small", stream: true, messages: [{ role: "user", content: "Go" }] });
  const answer = await fetch(`${url}/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  let firstAt = 0;
  const decoder = new TextDecoder();
  for await (const chunk of answer.body ?? []) {
    if (firstAt === 0 && decoder.decode(chunk as Uint8Array).includes("word")) firstAt = performance.now();
  }
  return { firstMs: firstAt - startedAt, tokensPerSecond: (TOKENS / (performance.now() - firstAt)) * 1_000 };
}
