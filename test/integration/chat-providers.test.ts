import { describe, expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { type Provider, startProviderServer } from "../servers/provider-servers.ts";
import { talkOf, textOf } from "../support/chat-world.ts";
import { cleanups } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

const SAYS = { text: "Let me see. ", call: { name: "echo_mcp_one", arguments: { message: "héllo" } }, last: "It said so." };
const ENV: Readonly<Record<Provider, (url: string) => Record<string, string>>> = {
  anthropic: (url) => ({ ANTHROPIC_API_KEY: "k", ANTHROPIC_MODELS: "claude-a", ANTHROPIC_REVERSE_PROXY: `${url}/v1` }),
  google: (url) => ({ GOOGLE_KEY: "k", GOOGLE_MODELS: "gemini-a", GOOGLE_REVERSE_PROXY: `${url}/v1beta` }),
  mistral: (url) => ({ MISTRAL_API_KEY: "k", MISTRAL_MODELS: "mistral-a", MISTRAL_REVERSE_PROXY: `${url}/v1` }),
};

/** A house with this provider and one MCP server. */
async function opened(provider: Provider, { env, more }: { env?: Record<string, string>; more?: (url: string) => object } = {}) {
  const model = await startProviderServer(provider, SAYS);
  const tools = await startHttpServer();
  cleanups.push(model.close, tools.close);
  const one = { type: "streamable-http", url: tools.url, toolApproval: { allow: ["*"] } };
  const options = {
    hosted: true,
    env: env ?? (more === undefined ? ENV[provider](model.url) : {}),
    more: more?.(model.url) ?? {},
  };
  const house = await startHouse({ one }, options);
  cleanups.push(house.close);
  return { model, tools, ann: await house.user("ann") };
}

describe("a provider's own protocol", () => {
  it.each(["anthropic", "google", "mistral"] as const)(
    "%s: streams text, calls a tool, and is told what came of it",
    async (provider) => {
      const { model, tools, ann } = await opened(provider);
      const answer = await (await talkOf(ann)).say("Go");
      expect([answer.state, textOf(answer)]).toEqual(["done", "Let me see. It said so."]);
      expect(answer.usage).toEqual({ inputTokens: 22, outputTokens: 14 });
      expect(tools.ledger.calls).toMatchObject([{ arguments: { message: "héllo" } }]);
      const [first, second] = model.asked;
      expect(JSON.stringify(first?.body.tools)).toContain("echo_mcp_one");
      expect(JSON.stringify(second?.body)).toContain("Echo: héllo");
      expect(first?.path).toMatch(
        { anthropic: /^\/v1\/messages$/, google: /^\/v1beta\/models\/gemini-a:stream/, mistral: /^\/v1\/chat\/completions$/ }[
          provider
        ],
      );
    },
  );

  it("parameters of the file are added and dropped whatever the protocol", async () => {
    const entry = (url: string) => ({
      name: "Claude",
      provider: "anthropic",
      apiKey: "own-key",
      baseURL: `${url}/v1`,
      models: { default: ["claude-a"] },
      addParams: { temperature: 0.3, metadata: { user_id: "x" } },
      dropParams: ["max_tokens"],
    });
    const { model, ann } = await opened("anthropic", { more: (url) => ({ endpoints: { custom: [entry(url)] } }) });
    const answer = await (await talkOf(ann)).say("Go");
    expect(answer.state).toBe("done");
    expect(model.asked[0]?.headers["x-api-key"]).toBe("own-key");
    expect(model.asked[0]?.body).toMatchObject({ temperature: 0.3, metadata: { user_id: "x" }, model: "claude-a" });
    expect(Object.keys(model.asked[0]?.body)).not.toContain("max_tokens");
  });
});
