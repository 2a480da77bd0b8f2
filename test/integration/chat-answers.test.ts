import { describe, expect, it } from "vitest";
import { chatWorld, folded, openTab, talkOf, textOf } from "../support/chat-world.ts";

describe("an answer in the chat", () => {
  it("streams to every tab, numbered without a gap, and is what a reload finds", async () => {
    const { model, ann } = await chatWorld();
    model.script([{ text: "Hello, this is a streamed answer." }]);
    const [first, second] = [await openTab(ann), await openTab(ann)];
    const talk = await talkOf(ann, {});
    const answer = await talk.say("Hi there");
    expect(textOf(answer)).toBe("Hello, this is a streamed answer.");
    expect(answer).toMatchObject({ state: "done", by: "model", model: { endpoint: "Local", model: "small" } });
    expect(answer.usage).toMatchObject({ inputTokens: 10, outputTokens: 6 });
    const { transcript, seq, conversation } = await talk.snapshot();
    expect(conversation.title).toBe("Hi there");
    for (const tab of [first, second]) {
      await expect.poll(() => tab.events.at(-1)?.seq).toBe(seq);
      expect(tab.events.map((event) => event.seq)).toEqual(Array.from({ length: seq }, (_, index) => index + 1));
      expect(folded(tab.events)).toEqual(transcript);
    }
    expect(model.asked[0]?.body.messages).toEqual([{ role: "user", content: "Hi there" }]);
    expect(model.asked[0]?.headers.authorization).toBe("Bearer test-key");
  });

  it("goes on without any browser, and a browser that lost its network misses no token, from wherever it left", async () => {
    const { model, ann } = await chatWorld();
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    model.script([{ text: "The first half " }, { until }, { text: "and the second half." }]);
    const tab = await openTab(ann);
    const talk = await talkOf(ann, {});
    await talk.ask("POST", "/messages", { text: "Go" });
    await expect.poll(() => folded(tab.events).messages.map(textOf)).toEqual(["Go", "The first half "]);
    tab.close();
    const seen = [...tab.events];
    release();
    const answer = await talk.ended();
    expect(textOf(answer)).toBe("The first half and the second half.");
    const { transcript, seq } = await talk.snapshot();
    for (let after = 0; after <= seen.length; after += 1) {
      const missed = (await talk.ask("GET", `/events?after=${after}`)).body;
      expect(missed.seq).toBe(seq);
      expect(folded(missed.events, folded(seen.slice(0, after)))).toEqual(transcript);
    }
  });

  it("is stopped with everything that was said kept, upstream too, and goes on where it broke off", async () => {
    const { model, ann } = await chatWorld();
    model.script([{ text: "Some words " }, { until: new Promise(() => {}) }], [{ text: "more words" }]);
    const talk = await talkOf(ann, {});
    const { body } = await talk.ask("POST", "/messages", { text: "Go" });
    await expect.poll(async () => (await talk.snapshot()).transcript.messages.map(textOf)).toContain("Some words ");
    expect((await talk.ask("POST", "/messages", { text: "Again" })).body.code).toBe("CHAT_RUNNING");
    expect((await talk.ask("POST", "/stop")).status).toBe(200);
    const stopped = await talk.ended();
    expect(stopped).toMatchObject({ state: "stopped", parts: [{ text: "Some words " }, { type: "stopped", by: "person" }] });
    await expect.poll(() => model.open()).toBe(0);
    await talk.ask("POST", "/continue", { messageId: body.answerId });
    const whole = await talk.ended();
    expect([whole.id, whole.state, textOf(whole)]).toEqual([body.answerId, "done", "Some words more words"]);
  });

  it("is made again beside the one there is, and an edited message begins a branch: nothing is lost", async () => {
    const { model, ann } = await chatWorld();
    model.script([{ text: "one" }], [{ text: "two" }], [{ text: "three" }]);
    const talk = await talkOf(ann, {});
    const first = await talk.say("What?");
    const again = await talk.ask("POST", "/regenerate", { messageId: first.id });
    expect(again.body.messageId).toBe(null);
    const second = await talk.ended();
    expect([textOf(second), second.parentId]).toEqual(["two", first.parentId]);
    const edited = await talk.say("What else?", { parentId: null });
    expect(model.asked[2]?.body.messages).toEqual([{ role: "user", content: "What else?" }]);
    const { transcript } = await talk.snapshot();
    expect(transcript.messages.map(textOf)).toEqual(["What?", "one", "two", "What else?", "three"]);
    expect(transcript.head).toBe(edited.id);
    expect((await talk.ask("PATCH", "", { head: first.id })).status).toBe(200);
    expect((await talk.snapshot()).transcript.head).toBe(first.id);
    expect((await talk.ask("PATCH", "", { head: "nowhere" })).body.code).toBe("MESSAGE_UNKNOWN");
  });

  it("is asked for once however often the same message is sent", async () => {
    const { model, ann } = await chatWorld();
    const talk = await talkOf(ann, {});
    const said = { text: "Hi", messageId: "chosen-by-the-page" };
    const first = await talk.ask("POST", "/messages", said);
    await talk.ended();
    const second = await talk.ask("POST", "/messages", said);
    expect(second.body.answerId).toBe(first.body.answerId);
    expect(model.asked).toHaveLength(1);
  });

  it.each([
    [{ status: 429, headers: { "retry-after": "7" } }, "MODEL_RATE_LIMITED", /in 7 s/],
    [{ status: 401, body: '{"error":{"message":"bad key test-key"}}' }, "MODEL_KEY_REFUSED", /HTTP 401/],
    [{ status: 400 }, "MODEL_REFUSED", /HTTP 400/],
    [{ status: 503 }, "MODEL_FAILED", /HTTP 503/],
    [{ status: 200, body: "<html>" }, "MODEL_STREAM_CUT", /broke off/],
  ] as const)("that the provider refuses with %j says so by its code", async (refusal, code, words) => {
    const { model, ann, house } = await chatWorld();
    model.script(refusal);
    const answer = await (await talkOf(ann, {})).say("Hi");
    expect(answer).toMatchObject({ state: "failed", parts: [{ type: "error", error: { code } }] });
    const [part] = answer.parts;
    if (part?.type !== "error") throw new Error("no error");
    expect(part.error.message).toMatch(words);
    expect(part.error.retryAfterMs).toBe(code === "MODEL_RATE_LIMITED" ? 7_000 : undefined);
    expect(JSON.stringify(answer)).not.toContain("test-key");
    expect(house.log.join("")).not.toContain("test-key");
    expect(model.asked).toHaveLength(1);
  });

  it("that breaks off keeps what came, and can be continued", async () => {
    const { model, ann } = await chatWorld();
    model.script([{ text: "Half a " }, { cut: true }], [{ text: "sentence." }]);
    const talk = await talkOf(ann, {});
    const cut = await talk.say("Hi");
    expect(cut).toMatchObject({ state: "failed", parts: [{ text: "Half a " }, { error: { code: "MODEL_STREAM_CUT" } }] });
    await talk.ask("POST", "/continue", { messageId: cut.id });
    expect(textOf(await talk.ended())).toBe("Half a sentence.");
  });

  it("has limits, each with its word: silence, length, messages a minute, answers at once", async () => {
    const chatLimits = { silenceMs: 300, messagesPerMinute: 6, runsPerUser: 2 };
    const { model, ann } = await chatWorld({ chatLimits });
    model.script([{ text: "a" }, { until: new Promise(() => {}) }], [{ text: "b" }, { finish: "length" }]);
    const silent = await (await talkOf(ann, {})).say("Hi");
    expect(silent.parts.at(-1)).toMatchObject({ error: { code: "MODEL_TIMEOUT" } });
    const long = await (await talkOf(ann, {})).say("Hi");
    expect(long.parts.at(-1)).toMatchObject({ error: { code: "CHAT_LIMIT", message: /tokens/ } });
    const stuck = [{ text: "a" }, { slow: Array(20).fill("z"), pauseMs: 200 }] as const;
    model.script(stuck, stuck);
    const talks = [await talkOf(ann, {}), await talkOf(ann, {}), await talkOf(ann, {})];
    const codes = [];
    for (const talk of talks) codes.push((await talk.ask("POST", "/messages", { text: "Go" })).body.code);
    expect(codes).toEqual([undefined, undefined, "LIMIT_REACHED"]);
    const last = talks[2];
    await last?.ask("POST", "/messages", { text: "Go" });
    expect((await last?.ask("POST", "/messages", { text: "Go" }))?.body.code).toBe("RATE_LIMITED");
  });
});
