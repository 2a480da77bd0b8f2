import { describe, expect, it } from "vitest";
import { cleanups } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

async function started() {
  const stdio = { command: "node", args: ["-e", "0"] };
  const house = await startHouse({ notes: stdio, hidden: { ...stdio, chatMenu: false } }, { hosted: true });
  cleanups.push(house.close);
  const ann = await house.user("ann");
  return { house, ann, create: async (body: object = {}) => (await ann.ask("POST", "/api/chat/conversations", body)).body };
}

describe("conversations", () => {
  it("are made, listed, found, renamed and deleted, and every tab is told", async () => {
    const { ann, create } = await started();
    const tab = ann.socket();
    await new Promise<void>((resolve) => tab.once("mcp:snapshot", () => resolve()));
    const told: string[] = [];
    tab.on("chat:conversation", ({ conversation }) => told.push(conversation.title));
    tab.on("chat:conversation-removed", ({ conversationId }) => told.push(`-${conversationId}`));
    const first = await create({ title: "Weather in Kyiv", servers: ["notes"] });
    expect(first).toMatchObject({ title: "Weather in Kyiv", servers: ["notes"], model: null, isRunning: false });
    const second = await create();
    const list = async (query = "") => (await ann.ask("GET", `/api/chat/conversations${query}`)).body;
    const idsOf = async (query = "") => (await list(query)).conversations.map(({ id }: { id: string }) => id);
    expect((await idsOf()).sort()).toEqual([first.id, second.id].sort());
    expect(await idsOf("?search=kyiv")).toEqual([first.id]);
    const page = await list("?limit=1");
    expect([page.conversations[0].id, ...(await idsOf(`?limit=1&before=${page.next}`))].sort()).toEqual(
      [first.id, second.id].sort(),
    );
    const renamed = await ann.ask("PATCH", `/api/chat/conversations/${second.id}`, { title: "Other", servers: ["notes"] });
    expect(renamed.body).toMatchObject({ title: "Other", servers: ["notes"] });
    expect((await ann.ask("DELETE", `/api/chat/conversations/${first.id}`)).status).toBe(200);
    expect((await ann.ask("GET", `/api/chat/conversations/${first.id}`)).body.code).toBe("CONVERSATION_UNKNOWN");
    await expect.poll(() => told).toEqual(["Weather in Kyiv", "New conversation", "Other", `-${first.id}`]);
  });

  it("are their owner's alone", async () => {
    const { house, create } = await started();
    const { id } = await create();
    const bob = await house.user("bob");
    expect((await bob.ask("GET", "/api/chat/conversations")).body.conversations).toEqual([]);
    for (const [method, path, body] of [
      ["GET", "", undefined],
      ["PATCH", "", { title: "mine" }],
      ["DELETE", "", undefined],
      ["GET", "/events", undefined],
      ["GET", "/export", undefined],
      ["GET", "/export.md", undefined],
      ["GET", "/messages/m/parts/0", undefined],
    ] as const) {
      const { status, body: refused } = await bob.ask(method, `/api/chat/conversations/${id}${path}`, body);
      expect([status, refused.code]).toEqual([404, "CONVERSATION_UNKNOWN"]);
    }
  });

  it("take only servers that are there for this person, and are for chats", async () => {
    const { ann, create } = await started();
    expect((await create({ servers: ["nowhere"] })).code).toBe("SERVER_UNKNOWN");
    expect((await create({ servers: ["hidden"] })).code).toBe("SERVER_NOT_IN_CHAT");
    const { id } = await create();
    expect((await ann.ask("PATCH", `/api/chat/conversations/${id}`, { servers: ["hidden"] })).status).toBe(403);
  });

  it("are taken out whole, as data and as text", async () => {
    const { ann, create } = await started();
    const { id } = await create({ title: "A title" });
    const path = `/api/chat/conversations/${id}`;
    expect((await ann.ask("GET", path)).body).toMatchObject({ transcript: { messages: [], head: null }, seq: 0 });
    expect((await ann.ask("GET", `${path}/export`)).body).toMatchObject({ conversation: { title: "A title" } });
    const text = await ann.ask("GET", `${path}/export.md`);
    expect([text.headers.get("content-type"), text.body]).toEqual(["text/plain; charset=utf-8", "# A title\n"]);
  });
});
