import { io } from "socket.io-client";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { cleanups, kept } from "../support/clean-up.ts";
import { type ClientSocket, startHouse } from "../support/house.ts";

const house = () => kept(startHouse({}));
const snapshotOf = (socket: ClientSocket) => new Promise((resolve) => socket.on("mcp:snapshot", resolve));

/** A bare line to the socket server that says nothing yet, and how it was met. */
function knock(url: string, headers: Record<string, string> = {}) {
  const line = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`, { headers });
  cleanups.push(() => line.terminate());
  return new Promise<{ line: WebSocket; status: number }>((resolve, reject) => {
    line.on("open", () => resolve({ line, status: 101 }));
    line.on("unexpected-response", (_, response) => resolve({ line, status: response.statusCode ?? 0 }));
    line.on("error", reject);
  });
}

describe("a socket", () => {
  it("[WS-11] of nobody has a limit of others from its address, in every way to come", async () => {
    const { url, user } = await house();
    const ann = await user("ann");
    const held = await Promise.all(Array.from({ length: 60 }, () => knock(url)));
    expect(held.map(({ status }) => status).sort()).toEqual([...Array(50).fill(101), ...Array(10).fill(429)]);
    const polled = await fetch(`${url}/socket.io/?EIO=4&transport=polling`);
    expect([polled.status, polled.headers.get("retry-after"), (await polled.json()).code]).toEqual([429, "10", "RATE_LIMITED"]);
    // Whoever is known comes in all the same, by either transport.
    for (const transport of ["polling", "websocket"]) {
      const extraHeaders = { cookie: ann.cookie };
      const socket: ClientSocket = io(`${url}/mcp`, { forceNew: true, transports: [transport], extraHeaders });
      cleanups.push(async () => socket.disconnect());
      await snapshotOf(socket);
    }
    // And has a limit of their own.
    const own = await Promise.all(Array.from({ length: 60 }, () => knock(url, { cookie: ann.cookie })));
    expect(own.filter(({ status }) => status === 101)).toHaveLength(50);
    for (const { line } of held) line.terminate();
    await expect.poll(async () => (await knock(url)).status).toBe(101);
  });

  it("[WS-11] takes none of that room once it is known, nor after it has left", async () => {
    const { url, user } = await house();
    const { cookie } = await user("ann");
    for (let nth = 0; nth < 60; nth += 1) {
      const { line, status } = await knock(url, { cookie });
      expect(status).toBe(101);
      line.send("40/mcp,");
      await new Promise((resolve) => line.once("message", () => line.once("message", resolve)));
      const closed = new Promise((resolve) => line.once("close", resolve));
      if (nth % 2 === 0) line.send("41/mcp,");
      if (nth % 2 === 0) await closed;
    }
    expect((await knock(url)).status).toBe(101);
  });

  it("[WS-11] is told apart by what a trusted proxy says, and by nobody else's word", async () => {
    const trusting = await kept(startHouse({}, { trustProxy: 1 }));
    const from = (url: string, address: string) => knock(url, { "x-forwarded-for": `203.0.113.9, ${address}` });
    const crowd = (url: string) =>
      Promise.all(Array.from({ length: 51 }, () => from(url, "192.0.2.1"))).then((all) =>
        all.filter((one) => one.status === 429),
      );
    expect(await crowd(trusting.url)).toHaveLength(1);
    expect((await from(trusting.url, "192.0.2.2")).status).toBe(101);
    const { url } = await house();
    expect(await crowd(url)).toHaveLength(1);
    expect((await from(url, "192.0.2.2")).status).toBe(429);
  });

  it("that talks without end is told why and ended", async () => {
    const running = await house();
    const ann = await running.user("ann");
    const extraHeaders = { cookie: ann.cookie };
    const socket: ClientSocket = io(`${running.url}/mcp`, { forceNew: true, transports: ["websocket"], extraHeaders });
    cleanups.push(() => socket.disconnect());
    await snapshotOf(socket);
    const told = new Promise<string>((resolve) => socket.once("connect_error", ({ message }) => resolve(message)));
    const raw = socket as unknown as { emit(name: string): void };
    for (let nth = 0; nth < 1_000; nth += 1) raw.emit("nonsense");
    expect(await told).toBe("RATE_LIMITED");
    // And who does not hang up is cut off.
    const { line } = await knock(running.url, { cookie: ann.cookie });
    const closed = new Promise((resolve) => line.once("close", resolve));
    (line as unknown as { close(): void }).close = () => {};
    for (let nth = 0; nth < 1_000; nth += 1) line.send("40/nowhere,");
    await closed;
    expect((await running.anonymous.ask("GET", "/health/live")).status).toBe(200);
    expect(running.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([]);
  });
});
