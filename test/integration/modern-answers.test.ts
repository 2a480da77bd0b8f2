import { describe, expect, it } from "vitest";
import type { Exchange } from "../servers/handmade-server.ts";
import { startHandmadeServer } from "../servers/handmade-server.ts";
import { connected } from "../support/remote-house.ts";

const FRESH = { resultType: "complete", ttlMs: 0, cacheScope: "private" };

/** A house connected to a server of 2026-07-28 that answers calls like this; `outputSchema` is what its tool promises. */
async function modern(call: (exchange: Exchange) => void, outputSchema?: object) {
  const tool = { name: "go", inputSchema: { type: "object" }, outputSchema };
  const server = await startHandmadeServer({
    instead: {
      "server/discover": ({ answer }) =>
        answer({
          ...FRESH,
          supportedVersions: ["2026-07-28"],
          capabilities: { tools: {} },
          serverInfo: { name: "handmade", version: "1" },
        }),
      "tools/list": ({ answer }) => answer({ ...FRESH, tools: [tool] }),
      "tools/call": call,
    },
  });
  return { server, ...(await connected(server, { timeout: 10_000 })) };
}

const structured =
  (structuredContent: unknown) =>
  ({ answer }: Exchange) =>
    answer({ resultType: "complete", content: [], structuredContent });

describe("what a server of 2026-07-28 answers to a call", () => {
  it.each([[[1, 2]], ["text"], [5], [0], [""], [false], [null], [{ a: 1 }]])(
    "may be any JSON value as structured content: %j",
    async (value) => {
      const { call } = await modern(structured(value));
      const { status, body } = await call();
      expect([status, body.structuredContent]).toEqual([200, value]);
    },
  );

  it("is held against the tool's output schema, whatever that promises", async () => {
    const schema = { type: "array", items: { type: "number" } };
    expect((await (await modern(structured([1, 2]), schema)).call()).body.structuredContent).toEqual([1, 2]);
    expect((await (await modern(structured(["1"]), schema)).call()).body.code).toBe("ANSWER_INVALID");
    expect((await (await modern(structured(null), { type: "null" })).call()).status).toBe(200);
  });

  it.each([
    [404, -32_601, "SERVER_ERROR"],
    [400, -32_602, "TOOL_INPUT_REFUSED"],
  ])("is told in the server's own words when it refuses by HTTP %i, and was asked once", async (status, code, expected) => {
    const { server, call } = await modern(({ id, response }) => {
      const body = JSON.stringify({ jsonrpc: "2.0", id, error: { code, message: "words of the server" } });
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
    const { body } = await call();
    expect([body.code, body.message]).toEqual([expected, expect.stringContaining("words of the server")]);
    expect(server.asked.filter((method) => method === "tools/call")).toHaveLength(1);
  });

  it.each(["end", "destroy"] as const)("is lost at once with its stream (%s): there is none to go on with", async (how) => {
    const { server, call } = await modern(({ response }) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("id: 1\nretry: 10\ndata: \n\n", () => setTimeout(() => response[how](), 50));
    });
    const startedAt = performance.now();
    expect((await call()).body.code).toBe("OUTCOME_UNKNOWN");
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(server.asked.filter((method) => method === "tools/call" || method === "GET")).toEqual(["tools/call"]);
  });
});
