import { describe, expect, it } from "vitest";
import { startHandmadeServer } from "../servers/handmade-server.ts";
import { kept } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

async function answering(result: object) {
  const server = await kept(startHandmadeServer({ instead: { "tools/call": ({ answer }) => answer(result) } }));
  const house = await kept(startHouse({ remote: { type: "streamable-http", url: server.url } }, { hosted: true }));
  return (await house.user("ann")).ask("POST", "/api/mcp/remote/tools/go/call", { arguments: {} });
}

describe("the answer of a tool", () => {
  it.each([
    { content: [{ type: "text", text: "hi", annotations: { audience: ["user"] }, _meta: { a: 1 } }] },
    { content: [{ type: "image", data: "AAAA", mimeType: "image/png" }], isError: true },
    { content: [{ type: "resource_link", uri: "file:///a", name: "a" }] },
    { content: [{ type: "resource", resource: { uri: "file:///a", blob: "AAAA" } }] },
    { content: [], structuredContent: { deep: [{ a: null }] } },
  ])("is handed on as it is: %j", async (result) => {
    const { status, body } = await answering(result);
    expect(status).toBe(200);
    expect(body).toMatchObject(result);
  });

  it("may be all structure, with no content named", async () => {
    expect((await answering({ structuredContent: { a: 1 } })).body).toMatchObject({ content: [], structuredContent: { a: 1 } });
  });

  it("may be nothing at all", async () => {
    expect((await answering({})).body).toMatchObject({ content: [], isError: false });
  });

  it.each([
    [{ content: "text" }, "not a list"],
    [{ content: [{ type: "text", text: "hi" }, { type: "text" }] }, "part 2"],
    [{ content: [{ type: "__proto__" }] }, "part 1"],
    [{ content: [null] }, "part 1"],
    [{ content: [{ type: "image", data: 7, mimeType: "image/png" }] }, "part 1"],
    [{ content: [{ type: "resource", resource: { uri: "file:///a" } }] }, "part 1"],
    [{ content: [], structuredContent: [1] }, "structured content"],
    [{ content: [], isError: "yes" }, "isError"],
    [{ task: { taskId: "1", status: "working" } }, "neither content nor structured content"],
    [{ resultType: "input_required", inputRequests: {} }, "neither content nor structured content"],
  ])("is refused when it is none: %j", async (result, why) => {
    const { status, body } = await answering(result);
    expect([status, body.code]).toEqual([502, "ANSWER_INVALID"]);
    expect(body.message).toContain(why);
  });
});
