import { writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import { chatWorld, endpointOf, talkOf } from "../support/chat-world.ts";
import { configText } from "../support/house.ts";

it("a server that is kept out of the menu brings nothing into a chat, by whatever way", async () => {
  const { house, tools, ann } = await chatWorld({ server: { chatMenu: false } });
  expect((await ann.ask("GET", "/api/mcp/servers/one")).body).toMatchObject({ chatMenu: false });
  expect((await ann.ask("POST", "/api/chat/conversations", { servers: ["one"] })).body.code).toBe("SERVER_NOT_IN_CHAT");
  const talk = await talkOf(ann, { servers: [] });
  for (const [method, path, body] of [
    ["PATCH", "", { servers: ["one"] }],
    ["POST", "/console/call", { server: "one", tool: "echo", arguments: { message: "hello" } }],
    ["POST", "/console/prompt", { server: "one", prompt: "any", arguments: {} }],
    ["POST", "/messages", { text: "Look", resources: [{ server: "one", uri: "test://1" }] }],
  ] as const) {
    const { status, body: refused } = await talk.ask(method, path, body);
    expect([path, status, refused.code]).toEqual([path, 403, "SERVER_NOT_IN_CHAT"]);
  }
  expect((await talk.snapshot()).transcript.messages).toEqual([]);
  expect(tools.ledger.calls).toEqual([]);
  expect(house.log.join("\n")).not.toContain("Unhandled");
});

it("a server that was picked and is not for chats any more, or gone, is named in the answer, which goes on without it", async () => {
  const { house, model, tools, ann } = await chatWorld();
  const { configPath } = house;
  const entry = { type: "streamable-http", url: tools.url, toolApproval: { allow: ["*"] } };
  const both = { one: entry, two: entry };
  const more = endpointOf(model);
  const listed = async () =>
    Object.values((await ann.ask("GET", "/api/mcp/servers")).body as Record<string, { name: string; chatMenu: boolean }>);
  writeFileSync(configPath, configText(both, more));
  await expect.poll(async () => (await listed()).map(({ name }) => name)).toEqual(["one", "two"]);
  const talk = await talkOf(ann, { servers: ["one", "two"] });
  writeFileSync(configPath, configText({ one: { ...entry, chatMenu: false } }, more));
  await expect.poll(async () => (await listed()).map(({ name, chatMenu }) => [name, chatMenu])).toEqual([["one", false]]);
  const answer = await talk.say("Hello");
  expect(answer.state).toBe("done");
  expect(answer.parts.filter(({ type }) => type === "error")).toMatchObject([
    { error: { code: "SERVER_NOT_IN_CHAT", server: "one" } },
    { error: { code: "SERVER_UNKNOWN", server: "two" } },
  ]);
  expect(model.asked.at(-1)?.body.tools ?? []).toEqual([]);
  expect(tools.ledger.calls).toEqual([]);
});
