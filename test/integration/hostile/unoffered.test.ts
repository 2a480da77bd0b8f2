import { afterEach, expect, it } from "vitest";
import { startOpenAiServer } from "../../servers/openai-server.ts";
import type { Heard } from "../../servers/raw/exchange.ts";
import { rawStdio } from "../../servers/raw/raw-stdio.ts";
import { endpointOf } from "../../support/chat-world.ts";
import { hostileHouse } from "./hostile-house.ts";

const { attack, keep, closeAll } = hostileHouse();
afterEach(closeAll);

const SAMPLING = {
  messages: [{ role: "user", content: { type: "text", text: "Spend somebody's tokens" } }],
  maxTokens: 100_000,
};

/** A server that asks for this in the middle of a call, in a house that has a model. */
async function asks(method: string, params: object, entry: object = {}) {
  const model = await startOpenAiServer();
  keep(model.close);
  const request = JSON.stringify({ jsonrpc: "2.0", id: "theirs", method, params });
  const raw = rawStdio({ "tools/call": ["saysFirst", [request]] });
  keep(raw.close);
  const attacked = await attack({ ...raw.entry, ...entry }, {}, {}, endpointOf(model));
  await attacked.connect();
  expect((await attacked.call()).body.content).toEqual([{ type: "text", text: "done" }]);
  const answer = () => raw.heard().find((heard: Heard) => heard.method === null && heard.id === "theirs")?.message;
  await expect.poll(answer).toBeDefined();
  const declared = raw.heard().find((heard: Heard) => heard.method === "initialize")?.message.params;
  const counted = (of: string) => attacked.figure(`patchbay_mcp_requests_refused_total{server="raw",method="${of}"}`);
  const open = async () => (await attacked.ann.ask("GET", "/api/mcp/requests")).body.requests;
  return { model, answer, declared, counted, open };
}

it("[TOOL-25] words of a model are refused where they were not offered: no question, no model, one more on the counter", async () => {
  const { model, answer, declared, counted, open } = await asks("sampling/createMessage", SAMPLING);
  expect(declared).not.toHaveProperty("capabilities.sampling");
  expect(answer()).toMatchObject({ id: "theirs", error: { code: -32601 } });
  expect(await counted("sampling/createMessage")).toBe(1);
  expect(await open()).toEqual([]);
  expect(model.asked.filter(({ body }) => body !== null)).toEqual([]);
});

it("[TOOL-26] folders are not offered, and asking for them is answered with method not found", async () => {
  const { answer, declared, counted } = await asks("roots/list", {});
  expect(declared).not.toHaveProperty("capabilities.roots");
  expect(answer()).toMatchObject({ id: "theirs", error: { code: -32601 } });
  expect(answer()).not.toHaveProperty("result");
  expect(await counted("roots/list")).toBe(1);
});

it("where a model's words are offered, tools for it are not: they are refused with a reason, before anybody is asked", async () => {
  const { model, answer, declared, open } = await asks(
    "sampling/createMessage",
    { ...SAMPLING, tools: [{ name: "rm", inputSchema: { type: "object" } }] },
    { sampling: { enabled: true } },
  );
  expect(declared).toHaveProperty("capabilities.sampling", {});
  expect(answer()).toMatchObject({ error: { code: -32602, message: "tools were not offered for sampling (`sampling.tools`)" } });
  expect(await open()).toEqual([]);
  expect(model.asked.filter(({ body }) => body !== null)).toEqual([]);
});

it("what servers make up is counted under one name", async () => {
  const { answer, counted } = await asks("shell/execute", { command: "id" });
  expect(answer()).toMatchObject({ error: { code: -32601 } });
  expect(await counted("other")).toBe(1);
});
