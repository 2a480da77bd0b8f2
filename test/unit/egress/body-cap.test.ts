import { describe, expect, it } from "vitest";
import { capBody } from "../../../api/egress/body-cap.ts";

const caps = { maxResponseBytes: 100, maxEventBytes: 20 };
const streamOf = (...chunks: string[]) => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
};

describe("the body cap", () => {
  it("lets a body through to the byte and stops the next one", async () => {
    expect(await capBody(new Response("x".repeat(100)), caps).text()).toHaveLength(100);
    await expect(capBody(new Response("x".repeat(101)), caps).text()).rejects.toMatchObject({ code: "RESULT_TOO_LARGE" });
  });

  it("bounds one event of a stream, not the stream", async () => {
    const events = Array.from({ length: 50 }, () => "data: 12345\n\n");
    expect(await capBody(streamOf(...events), caps).text()).toHaveLength(650);
    await expect(capBody(streamOf("data: 1234567", "89012345"), caps).text()).rejects.toMatchObject({ code: "RESULT_TOO_LARGE" });
  });

  it("knows an event's end by any of the three line ends, and no other", async () => {
    for (const end of ["\n\n", "\r\n\r\n", "\r\r"]) {
      const event = `data: 12345${end}`;
      expect(await capBody(streamOf(event, event, event), caps).text()).toHaveLength(3 * event.length);
    }
    await expect(capBody(streamOf("data: 1234\r\n", "data: 5678\r\n"), caps).text()).rejects.toMatchObject({
      code: "RESULT_TOO_LARGE",
    });
  });

  it("keeps status and headers, and an empty body empty", async () => {
    const kept = capBody(new Response("x", { status: 404, headers: { "mcp-session-id": "s" } }), caps);
    expect([kept.status, kept.headers.get("mcp-session-id")]).toEqual([404, "s"]);
    expect(capBody(new Response(null, { status: 202 }), caps).body).toBeNull();
  });
});
