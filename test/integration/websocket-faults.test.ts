import { describe, expect, it } from "vitest";
import { startWebSocketServer } from "../servers/websocket-server.ts";
import { kept } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

const MIB = 1024 * 1024;
const SLOW = "/api/mcp/one/tools/slow/call";

async function connected() {
  const server = await kept(startWebSocketServer());
  const house = await kept(startHouse({ one: { type: "websocket", url: server.url, timeout: 20_000 } }, { hosted: true }));
  const ann = await house.user("ann");
  expect((await ann.ask("POST", "/api/mcp/one/connect")).body.status.state).toBe("connected");
  /** What a call is told, and how long after `cause`. */
  const during = async (cause: () => void) => {
    const call = ann.ask("POST", SLOW, { arguments: { ms: 15_000, steps: 1 } });
    await expect.poll(() => server.ledger.callsOf("slow")).toHaveLength(1);
    const startedAt = Date.now();
    cause();
    const { body } = await call;
    return { body, ms: Date.now() - startedAt };
  };
  return { server, ann, during };
}

/** A frame from the server (RFC 6455, 5.2): the first byte as it is, the length in eight. */
function frame(first: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}

describe("a WebSocket server that sends more than is read", () => {
  it.each([
    ["in one frame", (send: (bytes: Buffer) => void) => send(frame(0x81, Buffer.alloc(9 * MIB, "x")))],
    ["announced, and never sent", (send: (bytes: Buffer) => void) => send(frame(0x81, Buffer.alloc(9 * MIB)).subarray(0, 10))],
    [
      "in many frames that never end",
      (send: (bytes: Buffer) => void) => {
        send(frame(0x01, Buffer.alloc(MIB, "x")));
        for (let sent = 0; sent < 12; sent += 1) send(frame(0x00, Buffer.alloc(MIB, "x")));
      },
    ],
  ])("[PROTO-04] is cut off, %s; the call is told why at once, and the next one works", async (_, pour) => {
    const { server, ann, during } = await connected();
    const { body, ms } = await during(() => pour(server.sendBytes));
    expect(body.code).toBe("RESULT_TOO_LARGE");
    expect(ms).toBeLessThan(1_000);
    const next = await ann.ask("POST", "/api/mcp/one/tools/echo/call", { arguments: { message: "still here" } });
    expect(next.body.content).toEqual([{ type: "text", text: "Echo: still here" }]);
  });

  it("[PROTO-03] packed so small that it fits, is cut off as well", async () => {
    const { server, during } = await connected();
    expect(server.isPacking()).toBe(true);
    const { body } = await during(() => server.sendRaw(" ".repeat(9 * MIB)));
    expect(body.code).toBe("RESULT_TOO_LARGE");
  });
});

describe("an answer over a WebSocket", () => {
  const answering = async (answer: (id: number) => unknown) => {
    const { server, during } = await connected();
    return during(() => server.sendRaw(JSON.stringify(answer(server.lastId()))));
  };
  const done = (id: number) => ({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text: "done" }] } });

  it("[PROTO-16] may come in a batch", async () => {
    const { body } = await answering((id) => [{ jsonrpc: "2.0", method: "notifications/message" }, done(id)]);
    expect(body.content).toEqual([{ type: "text", text: "done" }]);
  });

  it.each<[string, (id: number) => unknown]>([
    ["by itself", (id) => ({ ...done(id), error: { code: 1, message: "no" } })],
    ["in a batch", (id) => [{ id }, 7, []]],
  ])("[PROTO-16] that is broken is told at once, %s", async (_, answer) => {
    const { body, ms } = await answering(answer);
    expect(body.code).toBe("ANSWER_INVALID");
    expect(ms).toBeLessThan(1_000);
  });
});

describe("a WebSocket connection that is over", () => {
  it.each([
    ["a binary message", (send: (bytes: Buffer) => void) => send(frame(0x82, Buffer.from("{}")))],
    ["a Close frame with nothing behind it", (send: (bytes: Buffer) => void) => send(Buffer.from([0x88, 2, 0x03, 0xe8]))],
  ])("[PROTO-16] because of %s fails its calls at once", async (_, end) => {
    const { server, during } = await connected();
    const { body, ms } = await during(() => {
      server.stopListening();
      end(server.sendBytes);
    });
    expect(body.code).toBe("OUTCOME_UNKNOWN");
    expect(ms).toBeLessThan(2_000);
  });

  it("[F-LOAD-05] leaves no socket behind when the server does not take notice of its end", async () => {
    const { server, ann } = await connected();
    for (let times = 0; times < 5; times += 1) {
      server.stopListening();
      await ann.ask("POST", "/api/mcp/one/disconnect");
      await ann.ask("POST", "/api/mcp/one/connect");
    }
    await expect.poll(server.socketCount, { timeout: 4_000 }).toBe(1);
  });
});
