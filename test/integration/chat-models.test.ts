import { describe, expect, it } from "vitest";
import { startOpenAiServer } from "../servers/openai-server.ts";
import { chatWorld, endpointOf, talkOf, textOf } from "../support/chat-world.ts";
import { kept } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

describe("models of the chat", () => {
  it("are those of the file, or those that the provider lists, with the file's as fallback", async () => {
    const { ann, model } = await chatWorld({
      endpoint: { models: { fetch: true, default: ["small"] }, modelDisplayLabel: "Ours" },
    });
    const [endpoint] = (await ann.ask("GET", "/api/chat/models")).body.endpoints;
    expect(endpoint).toMatchObject({ name: "Local", label: "Ours", isKeySet: true, problem: null });
    expect(endpoint.models.map(({ name }: { name: string }) => name)).toEqual(["small", "large"]);
    expect(model.asked.map(({ path, headers }) => [path, headers.authorization])).toEqual([["/v1/models", "Bearer test-key"]]);
    await ann.ask("GET", "/api/chat/models");
    expect(model.asked).toHaveLength(1);
    const down = await startOpenAiServer();
    await down.close();
    const other = await kept(
      startHouse({}, { hosted: true, more: endpointOf(down, { models: { fetch: true, default: ["small"] } }) }),
    );
    const [fallen] = (await (await other.user("ann")).ask("GET", "/api/chat/models")).body.endpoints;
    expect(fallen).toMatchObject({ models: [{ name: "small" }], problem: { code: "MODEL_FAILED" } });
  });

  it("that ask each person for a key take it sealed, one a person, and never show it", async () => {
    const { ann, house, model } = await chatWorld({ endpoint: { apiKey: "user_provided" } });
    const seen = async () => (await ann.ask("GET", "/api/chat/models")).body.endpoints[0];
    expect(await seen()).toMatchObject({ needsOwnKey: true, isKeySet: false });
    const talk = await talkOf(ann, { model: { endpoint: "Local", model: "small" } });
    const answer = await talk.say("Hi");
    expect(answer.parts).toMatchObject([{ error: { code: "MODEL_KEY_MISSING" } }]);
    expect((await ann.ask("POST", "/api/chat/models/Local/key", { apiKey: "a\nb" })).body.code).toBe("VALUE_NOT_SENDABLE");
    expect((await ann.ask("POST", "/api/chat/models/Nowhere/key", { apiKey: "ab" })).body.code).toBe("MODEL_UNKNOWN");
    expect((await ann.ask("POST", "/api/chat/models/Local/key", { apiKey: "ann-canary-key" })).status).toBe(200);
    expect(await seen()).toMatchObject({ isKeySet: true });
    await talk.say("Again");
    expect(model.asked.at(-1)?.headers.authorization).toBe("Bearer ann-canary-key");
    const bob = await house.user("bob");
    expect((await bob.ask("GET", "/api/chat/models")).body.endpoints[0].isKeySet).toBe(false);
    expect(JSON.stringify(await seen()) + house.log.join("")).not.toContain("canary");
    await ann.ask("DELETE", "/api/chat/models/Local/key");
    expect(await seen()).toMatchObject({ isKeySet: false });
  });

  it("are asked with the file's headers and parameters, names of the environment filled in", async () => {
    const endpoint = {
      apiKey: "${MODEL_KEY}",
      headers: { "x-person": "{{LIBRECHAT_USER_EMAIL}}", "x-talk": "{{LIBRECHAT_BODY_CONVERSATIONID}}" },
      addParams: { temperature: 0.3 },
      dropParams: ["max_tokens", "stream_options"],
    };
    const { ann, model } = await chatWorld({ endpoint, env: { MODEL_KEY: "from-env" } });
    const talk = await talkOf(ann, {});
    await talk.say("Hi");
    const [asked] = model.asked;
    expect(asked?.headers).toMatchObject({
      authorization: "Bearer from-env",
      "x-person": "ann@example.org",
      "x-talk": talk.id,
    });
    expect(asked?.body).toMatchObject({ model: "small", stream: true, temperature: 0.3 });
    expect(Object.keys(asked?.body)).not.toContain("max_tokens");
    expect(Object.keys(asked?.body)).not.toContain("stream_options");
  });

  it("come from the environment by their usual keys", async () => {
    const model = await kept(startOpenAiServer());
    const env = {
      OPENAI_API_KEY: "usual-key",
      OPENAI_MODELS: "gpt-a, gpt-b",
      OPENAI_REVERSE_PROXY: model.url,
      MISTRAL_API_KEY: "user_provided",
      MISTRAL_MODELS: "mistral-a",
      ANTHROPIC_API_KEY: "k",
      ANTHROPIC_MODELS: "claude-a",
      GOOGLE_KEY: "k",
      GOOGLE_MODELS: "gemini-a",
    };
    const house = await kept(startHouse({}, { hosted: true, env }));
    const ann = await house.user("ann");
    const models = (await ann.ask("GET", "/api/chat/models")).body;
    const named = models.endpoints.map(
      ({ name, models: [first], isKeySet }: { name: string; models: object[]; isKeySet: boolean }) => [name, first, isKeySet],
    );
    expect(named).toMatchObject([
      ["openAI", { name: "gpt-a" }, true],
      ["anthropic", { name: "claude-a" }, true],
      ["google", { name: "gemini-a" }, true],
      ["mistral", { name: "mistral-a" }, false],
    ]);
    expect(models.default).toEqual({ endpoint: "openAI", model: "gpt-a" });
    const answer = await (await talkOf(ann, { model: { endpoint: "openAI", model: "gpt-b" } })).say("Hi");
    expect([textOf(answer), model.asked[0]?.body.model, model.asked[0]?.headers.authorization]).toEqual([
      "ok",
      "gpt-b",
      "Bearer usual-key",
    ]);
    const unknown = await ann.ask("POST", "/api/chat/conversations", { model: { endpoint: "openAI", model: "gpt-c" } });
    expect(unknown.body.code).toBe("MODEL_UNKNOWN");
  });

  it("see pictures and resources that a person attaches", async () => {
    const { ann, model } = await chatWorld();
    const data = "iVBORw0KGgo=";
    const talk = await talkOf(ann);
    await talk.say("What is this?", { images: [{ mediaType: "image/png", data }] });
    expect(model.asked[0]?.body.messages[0].content).toMatchObject([
      { type: "image_url", image_url: { url: `data:image/png;base64,${data}` } },
      { type: "text", text: "What is this?" },
    ]);
    expect((await talk.ask("POST", "/messages", { text: "" })).body.code).toBe("REQUEST_INVALID");
    const large = "A".repeat(100_000);
    const { parentId } = await talk.say("And this?", { images: [{ mediaType: "image/png", data: large }] });
    expect(model.asked[1]?.body.messages.at(-1).content[0].image_url.url).toContain(large);
    const shown = (await talk.snapshot()).transcript.messages.find(({ id }) => id === parentId);
    expect(shown?.parts[0]).toMatchObject({ type: "image", data: "", omittedBytes: expect.any(Number) });
    expect((await talk.ask("GET", `/messages/${parentId}/parts/0`)).body.data).toBe(large);
  });

  it("give titles where the file says so; a person's own name for it stays", async () => {
    const { ann, model } = await chatWorld({ endpoint: { titleConvo: true, titleModel: "large" } });
    model.script([{ text: "Sunny." }], [{ text: '"Weather in Kyiv."' }]);
    const talk = await talkOf(ann, {});
    await talk.say("How is the weather?");
    expect((await talk.snapshot()).conversation.title).toBe("Weather in Kyiv");
    expect(model.asked[1]?.body.model).toBe("large");
    const own = await talkOf(ann, { title: "Mine" });
    await own.say("How is the weather?");
    expect((await own.snapshot()).conversation.title).toBe("Mine");
    expect(model.asked).toHaveLength(3);
  });

  it("are reached at the operator's address alone: what a person enters gets public addresses only", async () => {
    const { ann, model } = await chatWorld({ endpoint: { apiKey: "user_provided", baseURL: "user_provided" } });
    await ann.ask("POST", "/api/chat/models/Local/key", { apiKey: "own", baseUrl: model.url });
    const answer = await (await talkOf(ann, {})).say("Hi");
    expect(answer.parts).toMatchObject([{ error: { code: "TARGET_BLOCKED" } }]);
    expect(model.asked).toEqual([]);
  });

  it("get no key of the operator's where a person enters the address", async () => {
    const model = await kept(startOpenAiServer());
    const secrets = { apiKey: "${OP_KEY}", headers: { "x-org": "${ORG}" } };
    const house = await kept(
      startHouse(
        {},
        {
          hosted: true,
          env: { OP_KEY: "operators-canary", ORG: "org-canary" },
          more: {
            mcpSettings: { allowedAddresses: [new URL(model.url).host] },
            ...endpointOf(model, { ...secrets, baseURL: "user_provided", models: { fetch: true, default: ["small"] } }),
          },
        },
      ),
    );
    const ann = await house.user("ann");
    const saved = await ann.ask("POST", "/api/chat/models/Local/key", { baseUrl: model.url });
    expect(saved.body.code).toBe("MODEL_UNKNOWN");
    expect((await ann.ask("GET", "/api/chat/models")).body.endpoints).toEqual([]);
    expect(model.asked).toEqual([]);
  });
});
