import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { everything } from "../support/everything.ts";
import { type Caller, type RunningHouse, startHouse } from "../support/house.ts";

let house: RunningHouse;
let ann: Caller;
let bob: Caller;
const news: [who: string, name: string, news: { id?: string }][] = [];

beforeAll(async () => {
  // The call's own patience is short: whoever answers later than that shows that it stood still.
  house = await startHouse({ all: everything({ timeout: 1_500, sampling: { enabled: true } }) }, { hosted: true });
  [ann, bob] = [await house.user("ann"), await house.user("bob")];
  for (const caller of [ann, bob]) {
    const socket = caller.socket();
    socket.onAny((name, event) => void news.push([caller.userId, name, event]));
    await caller.ask("POST", "/api/mcp/all/connect");
  }
});
afterAll(() => house.close());

const call = (who: Caller, tool: string, args: object = {}, more: object = {}) =>
  who.ask("POST", `/api/mcp/all/tools/${tool}/call`, { arguments: args, ...more });
const open = async (who: Caller) => (await who.ask("GET", "/api/mcp/requests")).body.requests;
const asked = async (who: Caller) => {
  await expect.poll(async () => (await open(who)).length).toBe(1);
  return (await open(who))[0];
};
const answer = (who: Caller, id: string, body: object) => who.ask("POST", `/api/mcp/requests/${id}`, body);

describe("what servers ask people", () => {
  it("is asked of the one who called, answered by a form, while the call waits", async () => {
    const running = call(ann, "trigger-elicitation-request");
    const request = await asked(ann);
    expect(request).toMatchObject({ server: "all", kind: "elicitation", params: { requestedSchema: { required: ["name"] } } });
    expect(await open(bob)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const incomplete = await answer(ann, request.id, { action: "accept", content: {} });
    expect([incomplete.body.code, incomplete.body.details[0].path]).toEqual(["REQUEST_INVALID", "/content/name"]);
    expect((await answer(bob, request.id, { action: "decline" })).body.code).toBe("REQUEST_UNKNOWN");
    expect((await answer(ann, request.id, { action: "accept", content: { name: "Ann" } })).body).toEqual({ success: true });
    const { body } = await running;
    expect(JSON.stringify(body.content)).toContain("Ann");
    // Defaults of the form came along.
    expect(JSON.stringify(body.content)).toContain("It was a dark and stormy night.");
    expect(news.filter(([, name]) => name.startsWith("mcp:server-request")).map(([who, name]) => [who, name])).toEqual([
      [ann.userId, "mcp:server-request"],
      [ann.userId, "mcp:server-request-ended"],
    ]);
  });

  it("keeps two people's questions apart at the same time", async () => {
    const running = [call(ann, "trigger-elicitation-request"), call(bob, "trigger-elicitation-request")];
    const [forAnn, forBob] = [await asked(ann), await asked(bob)];
    expect(forAnn.id).not.toBe(forBob.id);
    await answer(bob, forBob.id, { action: "accept", content: { name: "Bob" } });
    await answer(ann, forAnn.id, { action: "decline" });
    const [annSaw, bobSaw] = (await Promise.all(running)).map(({ body }) => JSON.stringify(body.content));
    expect([annSaw?.includes("declined"), bobSaw?.includes("Bob"), annSaw?.includes("Bob")]).toEqual([true, true, false]);
  });

  it("may be a visit to a page, before or instead of the call", async () => {
    const visit = { url: "https://example.org/sign", elicitationId: "visit-1" };
    const running = call(ann, "trigger-url-elicitation", visit);
    const request = await asked(ann);
    expect(request.params).toMatchObject({ mode: "url", ...visit });
    await answer(ann, request.id, { action: "accept" });
    expect((await running).body.isError).toBe(false);

    const refused = call(ann, "trigger-url-elicitation", { ...visit, elicitationId: "visit-2", errorPath: true });
    await answer(ann, (await asked(ann)).id, { action: "accept" });
    await answer(ann, (await asked(ann)).id, { action: "accept" });
    expect((await refused).body.isError).toBe(false);
  });

  it("may be a model's words, given or refused", async () => {
    const running = call(ann, "trigger-sampling-request", { prompt: "Say hi" });
    const request = await asked(ann);
    expect([request.kind, request.params.maxTokens]).toEqual(["sampling", 100]);
    const result = { role: "assistant", model: "parrot", content: { type: "text", text: "hi from the parrot" } };
    await answer(ann, request.id, { action: "accept", result });
    expect(JSON.stringify((await running).body.content)).toContain("hi from the parrot");
    const refused = call(ann, "trigger-sampling-request", { prompt: "Say hi" });
    await answer(ann, (await asked(ann)).id, { action: "decline" });
    const { body } = await refused;
    expect(body.isError ?? body.code).toBeTruthy();
  });

  it("is withdrawn when the call is cancelled", async () => {
    const running = call(ann, "trigger-elicitation-request", {}, { callId: "doomed" });
    await asked(ann);
    await ann.ask("POST", "/api/mcp/calls/doomed/cancel");
    expect((await running).body.code).toBe("CALL_CANCELLED");
    await expect.poll(() => open(ann)).toEqual([]);
  });

  it("is not offered where the operator does not allow it", async () => {
    const plain = await startHouse({ all: everything() }, { hosted: true });
    try {
      const cat = await plain.user("cat");
      const { body } = await cat.ask("GET", "/api/mcp/all/tools");
      const names = body.tools.map(({ name }: { name: string }) => name);
      expect([names.includes("trigger-elicitation-request"), names.includes("trigger-sampling-request")]).toEqual([true, false]);
    } finally {
      await plain.close();
    }
  });
});
