import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../exchange.ts";

/** So many messages before the answer: log, progress and news by turns, as fast as they are taken. */
export function flood({ messages, batch = 500 }: { messages: number; batch?: number }): Fault {
  return async ({ heard, bytes, answer }) => {
    const progressToken = (heard.message.params as { _meta?: { progressToken?: number } } | undefined)?._meta?.progressToken ?? 0;
    const kinds = [
      { method: "notifications/message", params: { level: "info", data: "still here" } },
      { method: "notifications/progress", params: { progressToken, progress: 1 } },
      { method: "notifications/resources/list_changed" },
    ];
    const events = kinds.map((kind) => `data: ${JSON.stringify({ jsonrpc: "2.0", ...kind })}\n\n`);
    for (let sent = 0; sent < messages; sent += batch) {
      const text = Array.from({ length: batch }, (_, nth) => events[(sent + nth) % events.length]).join("");
      if (!(await bytes(text))) return;
    }
    answer({ content: [{ type: "text", text: "done" }] });
  };
}

/** Progress for ever, never an answer; nothing stops it but the end of the line. */
export function endlessProgress(everyMs: number): Fault {
  return async ({ heard, say }) => {
    const progressToken = (heard.message.params as { _meta?: { progressToken?: number } })._meta?.progressToken ?? 0;
    const progress = JSON.stringify({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken, progress: 1 } });
    while (await say(progress)) await sleep(everyMs);
  };
}
