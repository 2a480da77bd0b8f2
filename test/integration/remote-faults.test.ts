import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { describe, expect, it } from "vitest";
import { certificate } from "../servers/certificate.ts";
import { startHandmadeServer } from "../servers/handmade-server.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { fastClock } from "../support/fast-clock.ts";
import { startHouse } from "../support/house.ts";
import { CALL, connected } from "../support/remote-house.ts";

describe("a connection that is reset during a call", () => {
  const RUNS = 200;

  it("[F-HTTP-13] is told apart: what was not sent is sent again, what may have run is not", async () => {
    const server = await startHandmadeServer({ withSessions: true });
    const ran = new Map<number, number>();
    let mode: "whole" | "upload" | "accept" | "headers" | "answer" = "whole";
    server.onPiece = ({ socket, headers }) => {
      if (mode !== "upload" || Number(headers["content-length"]) < 100_000) return;
      mode = "whole";
      socket.resetAndDestroy();
    };
    server.onSocket = (socket) => {
      if (mode !== "accept") return;
      mode = "whole";
      socket.resetAndDestroy();
    };
    server.instead.set("tools/call", ({ params, response, answer }) => {
      const { nth } = params.arguments as { nth: number };
      ran.set(nth, (ran.get(nth) ?? 0) + 1);
      const { socket } = response;
      if (mode === "headers") socket?.write("HTTP/1.1 200 OK\r\ncontent-ty", () => socket.resetAndDestroy());
      else if (mode === "answer") socket?.resetAndDestroy();
      else answer({ content: [] });
    });
    const { ann } = await connected(server);
    const call = (nth: number, chars: number) => ann.ask("POST", CALL, { arguments: { nth, text: "x".repeat(chars) } });
    const random = seeded(13);
    const wrong: string[] = [];
    const tally = new Map<string, number>();
    for (let nth = 0; nth < RUNS; nth += 1) {
      const is = (["upload", "accept", "headers", "answer"] as const)[Math.floor(random() * 4)] ?? "upload";
      mode = is;
      if (is === "accept") for (const socket of server.sockets) socket.resetAndDestroy();
      if (is === "accept") await expect.poll(() => server.sockets.size).toBe(0);
      const { status, body } = await call(nth, is === "upload" ? 150_000 + Math.floor(random() * 2_000_000) : 10);
      mode = "whole";
      const told = status === 200 ? "ran" : body.code;
      const expected = is === "upload" || is === "accept" ? "ran" : "OUTCOME_UNKNOWN";
      if (told !== expected || ran.get(nth) !== 1) wrong.push(`${nth} ${is}: ${told}, ran ${ran.get(nth) ?? 0} times`);
      tally.set(is, (tally.get(is) ?? 0) + 1);
    }
    console.log(`${RUNS} resets, ${wrong.length} told wrongly`, Object.fromEntries(tally));
    expect(wrong).toEqual([]);
  }, 60_000);

  it("[F-HTTP-13] says of a call that could not be sent twice that it did not run", async () => {
    const server = await startHandmadeServer({ withSessions: true });
    server.onPiece = ({ socket, headers }) => {
      if (Number(headers["content-length"]) > 100_000) socket.resetAndDestroy();
    };
    const { ann } = await connected(server);
    const { body } = await ann.ask("POST", CALL, { arguments: { text: "x".repeat(300_000) } });
    expect(body).toMatchObject({ code: "CONNECTION_CLOSED", retryable: true });
    expect(body.message).toMatch(/did not run/);
    const { calls } = (await ann.ask("GET", "/api/mcp/calls")).body;
    expect(calls[0]).toMatchObject({ tool: "go", state: "failed" });
  });
});

describe("a server that is not there when it is first asked", () => {
  const TIMES = 120;

  /** Five minutes in two and a half seconds. */
  it.each([1, 20])(
    "[F-HTTP-01] is tried 12 times in five minutes at most, for %i people; each is told when",
    async (people) => {
      const server = await kept(startHandmadeServer());
      const triedAt: number[] = [];
      const clock = fastClock(TIMES);
      server.onSocket = (socket) => {
        triedAt.push(clock.now());
        socket.resetAndDestroy();
      };
      const house = await kept(startHouse({ gone: { type: "streamable-http", url: server.url } }, { hosted: true, clock }));
      const all = await Promise.all(Array.from({ length: people }, (_, nth) => house.user(`p${nth}`)));
      // As pages do when they open, not as people who press.
      for (const who of all) void who.ask("GET", "/api/mcp/gone/tools");
      await sleep(300_000 / TIMES);
      const count = triedAt.filter((at) => at - (triedAt[0] ?? 0) <= 300_000).length;
      console.log(`${count} tries in five minutes for ${people} people`);
      expect(count).toBeLessThanOrEqual(12);
      expect(count).toBeGreaterThan(4);
      const { status } = (await all[0]?.ask("GET", "/api/mcp/connection/status/gone"))?.body ?? {};
      expect(status).toMatchObject({ state: "error", reason: { code: "CONNECT_FAILED" }, retryAt: expect.any(Number) });
    },
    20_000,
  );
});

describe("a host name that is not found out", () => {
  const failing = (code: string) => async () => {
    throw Object.assign(new Error(`getaddrinfo ${code} mcp.example`), { code, syscall: "getaddrinfo" });
  };
  const slow = () => sleep(10_000).then(() => [{ address: "127.0.0.1", family: 4 }]);

  it.each([
    ["does not exist", failing("ENOTFOUND"), "its host name is not known (ENOTFOUND)"],
    ["has no server that answers", failing("EAI_AGAIN"), "its host name could not be looked up (EAI_AGAIN)"],
    ["takes 10 s", slow, "its host name could not be looked up in time (ETIMEOUT)"],
  ])(
    "[F-HTTP-02] because it %s: told within the connect timeout, with the next try",
    async (_, lookup, words) => {
      const house = await startHouse(
        { far: { type: "streamable-http", url: "http://mcp.example/mcp" } },
        { hosted: true, lookup },
      );
      cleanups.push(() => house.close());
      const ann = await house.user("ann");
      const startedAt = Date.now();
      const { body } = await ann.ask("POST", "/api/mcp/far/connect");
      const tookMs = Date.now() - startedAt;
      expect(body).toMatchObject({ code: "CONNECT_FAILED", message: `the server cannot be reached: ${words}` });
      expect(tookMs).toBeLessThanOrEqual(10_000);
      const { status } = (await ann.ask("GET", "/api/mcp/connection/status/far")).body;
      expect(status).toMatchObject({ state: "error", reason: { code: "CONNECT_FAILED" } });
      expect(status.retryAt - Date.now()).toBeGreaterThan(0);
      expect(status.retryAt - Date.now()).toBeLessThanOrEqual(60_000);
      console.log(`told after ${tookMs} ms`);
    },
    20_000,
  );
});

it("a connection that does not come about is given up within 10 s", async () => {
  const deaf = createServer();
  await new Promise<void>((resolve) => deaf.listen(0, "127.0.0.1", resolve));
  cleanups.push(async () => void deaf.close());
  const url = `https://127.0.0.1:${(deaf.address() as AddressInfo).port}/mcp`;
  const house = await startHouse({ deaf: { type: "streamable-http", url } }, { hosted: true });
  cleanups.push(() => house.close());
  const startedAt = Date.now();
  const { body } = await (await house.user("ann")).ask("POST", "/api/mcp/deaf/connect");
  expect(body.message).toBe("the server cannot be reached: its address did not answer (UND_ERR_CONNECT_TIMEOUT)");
  expect(Date.now() - startedAt).toBeLessThanOrEqual(10_000);
  console.log(`given up after ${Date.now() - startedAt} ms`);
}, 20_000);

describe("a certificate", () => {
  const trust = (...certificates: string[]) => {
    const before = getCACertificates("default");
    setDefaultCACertificates([...before, ...certificates]);
    cleanups.push(() => setDefaultCACertificates(before));
  };

  it("[F-HTTP-25] that expires: what is open is used on, then it is told; a renewed one mends it", async () => {
    const expiresAt = Math.floor(Date.now() / 1_000) * 1_000 + 3_000;
    const [old, renewed] = [await certificate({ notAfter: new Date(expiresAt) }), await certificate()];
    trust(old.cert, renewed.cert);
    const server = await startHandmadeServer({ tls: old, withSessions: true });
    const { call, ann } = await connected(server);
    const socketsBefore = server.socketsSeen;
    const statuses: number[] = [];
    while (Date.now() < expiresAt + 1_500) {
      statuses.push((await call()).status);
      await sleep(250);
    }
    expect(statuses).toEqual(statuses.map(() => 200));
    expect(server.socketsSeen).toBe(socketsBefore);

    server.cut();
    const startedAt = Date.now();
    const refused = await call();
    expect(Date.now() - startedAt).toBeLessThan(1_000);
    const message = "the server cannot be reached: its certificate expired (CERT_HAS_EXPIRED)";
    expect(refused).toMatchObject({ status: 502, body: { code: "CERTIFICATE_REFUSED", message } });
    const state = async () => (await ann.ask("GET", "/api/mcp/connection/status/remote")).body.status;
    expect(await state()).toMatchObject({ state: "error", reason: { code: "CERTIFICATE_REFUSED", message } });
    expect((await state()).retryAt).toBeGreaterThan(Date.now() - 1_000);

    server.renew(renewed);
    await expect.poll(async () => (await state()).state, { timeout: 8_000 }).toBe("connected");
    expect((await call()).status).toBe(200);
  }, 30_000);

  it.each([
    [
      "is for another name",
      async () => certificate({ host: "elsewhere.example" }),
      "is for another name (ERR_TLS_CERT_ALTNAME_INVALID)",
    ],
    ["is not trusted", async () => certificate(), "is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)"],
    [
      "is not valid yet",
      async () => certificate({ notBefore: new Date(Date.now() + 3_600_000) }),
      "is not valid yet (CERT_NOT_YET_VALID)",
    ],
  ])("that %s is told as that", async (which, make, words) => {
    const tls = await make();
    if (which !== "is not trusted") trust(tls.cert);
    const server = await startHandmadeServer({ tls });
    cleanups.push(() => server.close());
    const house = await startHouse({ remote: { type: "streamable-http", url: server.url } }, { hosted: true });
    cleanups.push(() => house.close());
    const { body } = await (await house.user("ann")).ask("POST", "/api/mcp/remote/connect");
    expect(body).toMatchObject({
      code: "CERTIFICATE_REFUSED",
      message: `the server cannot be reached: its certificate ${words}`,
    });
  });
});

/** The same numbers every time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
