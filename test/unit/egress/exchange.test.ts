import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Egress, openEgress } from "../../../api/egress/egress.ts";
import { targetGate } from "../../../api/egress/target-gate.ts";
import { cleanups } from "../../support/clean-up.ts";

async function serving(listener: RequestListener): Promise<{ url: URL; egress: Egress }> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp?a=b`);
  const gate = targetGate({ trustedOrigins: [url.href], allowedAddresses: [] });
  const egress = openEgress({ gate, maxResponseBytes: 10_000, maxEventBytes: 1_000 });
  cleanups.push(
    () => egress.close(),
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return { url, egress };
}

const sent = { headers: ["x-own", "1"], body: "{}", signal: null };

describe("one POST without what fetch costs", () => {
  it("sends method, path, headers and body as they are", async () => {
    const { url, egress } = await serving(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      response.end(JSON.stringify([request.method, request.url, request.headers["x-own"], body]));
    });
    expect(await (await egress.post(url, sent)).json()).toEqual(["POST", "/mcp?a=b", "1", "{}"]);
  });

  it("tells status and headers, and follows no redirect", async () => {
    const { url, egress } = await serving((_request, response) => {
      response.writeHead(307, { location: "/elsewhere", "X-Two": ["a", "b"] }).end("moved");
    });
    const answer = await egress.post(url, sent);
    expect([answer.status, answer.ok, answer.headers.get("Location"), answer.headers.get("x-two")]).toEqual([
      307,
      false,
      "/elsewhere",
      "a, b",
    ]);
    expect(answer.headers.has("x-none")).toBe(false);
    expect(await answer.text()).toBe("moved");
  });

  type Pack = (text: string) => Buffer;
  it.each<[string, string, Pack]>([
    ["gzip", "gzip", gzipSync],
    ["deflate", "deflate", deflateSync],
    ["deflate without its wrapping", "deflate", deflateRawSync],
    ["br", "br", brotliCompressSync],
    ["gzip twice", "gzip, gzip", (text) => gzipSync(gzipSync(text))],
    ["several one after the other", "GZIP ,br, identity", (text) => brotliCompressSync(gzipSync(text))],
  ])("unpacks %s, and counts what it unpacks", async (_, coding, pack) => {
    const { url, egress } = await serving(async (request, response) => {
      for await (const _ of request);
      const text = "x".repeat(url.searchParams.get("a") === "b" ? 9_000 : 90_000);
      response.setHeader("content-encoding", coding).end(pack(text));
    });
    expect(await (await egress.post(url, sent)).text()).toHaveLength(9_000);
    url.searchParams.set("a", "c");
    await expect((await egress.post(url, sent)).text()).rejects.toMatchObject({ code: "RESULT_TOO_LARGE" });
  });

  it.each([
    ["as a whole", "application/json"],
    ["as a stream", "text/event-stream"],
  ])("unpacks five times at most, %s", async (_, type) => {
    const { url, egress } = await serving((_request, response) => {
      response.writeHead(200, { "content-type": type, "content-encoding": "gzip,gzip,gzip,gzip,gzip,gzip" }).write("x");
      response.on("close", () => closed.resolve());
    });
    const closed = Promise.withResolvers<void>();
    const read = egress.post(url, sent).then((answer) => answer.text());
    await expect(read).rejects.toMatchObject({ cause: { message: "the answer is packed more than 5 times" } });
    await closed.promise;
  });

  it("takes blanks behind a value for no part of it", async () => {
    const { url, egress } = await serving((_request, { socket }) => {
      socket?.end("HTTP/1.1 200 OK\r\nretry-after:  2 \r\nx-two: a\t \r\nx-two: b \r\ncontent-length: 0\r\n\r\n");
    });
    const { headers } = await egress.post(url, sent);
    expect([headers.get("retry-after"), headers.get("x-two")]).toEqual(["2", "a, b"]);
  });

  it.each([204, 205, 304, 600, 999])("answers %i as it is, even when it claims to be an event stream", async (status) => {
    const { url, egress } = await serving((_request, response) => {
      response.writeHead(status, { "content-type": "text/event-stream" }).end();
    });
    const answer = await egress.post(url, sent);
    expect([answer.status, answer.body, await answer.text()]).toEqual([status, null, ""]);
  });

  it.each(["with a length", "without one"])("cuts a body that is too large, %s", async (way) => {
    const { url, egress } = await serving((_request, response) => {
      if (way === "with a length") response.setHeader("content-length", 20_000);
      response.end("y".repeat(20_000));
    });
    await expect((await egress.post(url, sent)).text()).rejects.toMatchObject({ code: "RESULT_TOO_LARGE" });
  });

  it("hands an event stream on as it comes, and caps each event", async () => {
    const { url, egress } = await serving((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
      setTimeout(() => response.write(`data: ${"z".repeat(2_000)}`), 20);
    });
    const answer = await egress.post(url, sent);
    const reader = answer.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe("data: 1\n\n");
    await expect(reader?.read()).rejects.toMatchObject({ code: "RESULT_TOO_LARGE" });
  });

  it("fails as fetch does: a TypeError with the cause, the signal's own reason", async () => {
    const { url, egress } = await serving((request) => request.socket.destroy());
    await expect(egress.post(url, sent)).rejects.toMatchObject({ name: "TypeError", cause: { code: expect.any(String) } });
    const why = new Error("enough");
    await expect(egress.post(url, { ...sent, signal: AbortSignal.abort(why) })).rejects.toBe(why);
  });

  it("asks the gate first", async () => {
    const { egress } = await serving((_request, response) => response.end());
    await expect(egress.post(new URL("http://127.0.0.1:1/"), sent)).rejects.toMatchObject({ code: "TARGET_BLOCKED" });
  });
});
