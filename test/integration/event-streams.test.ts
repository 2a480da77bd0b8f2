import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { type Exchange, startHandmadeServer } from "../servers/handmade-server.ts";
import { CALL, connected } from "../support/remote-house.ts";

const done = (id: number, text = "done") => ({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text }] } });
const news = { jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data: "working" } };
const stream = (response: ServerResponse) => response.writeHead(200, { "content-type": "text/event-stream" });
const PRIMING = "id: 1\nretry: 100\ndata: \n\n";

async function called(how: (exchange: Exchange) => void, news?: (exchange: Exchange) => void) {
  const server = await startHandmadeServer();
  server.instead.set("tools/call", how);
  if (news !== undefined) server.instead.set("GET", news);
  const { ann, house, call } = await connected(server);
  const startedAt = Date.now();
  const { body } = await call();
  return { server, ann, house, call, body, ms: Date.now() - startedAt };
}

describe("an event stream that stays open", () => {
  it.each(["\n\n", "\r\r", "\r\n\r\n", "\n\r\n", "\r\n\n", "\r\n\r", "\n\r", "\r\r\n"])(
    "has an event whose lines end with %j",
    async (end) => {
      const { body } = await called(({ id, response }) => {
        stream(response).write(`: hello${end}event: message${end[0]}data: ${JSON.stringify(done(id))}${end}`);
      });
      expect(body.content).toEqual([{ type: "text", text: "done" }]);
    },
  );

  it.each([
    ["short", 10],
    ["longer than what is looked at", 200_000],
  ])("[PROTO-16] may bring a batch, %s", async (_, length) => {
    const { body } = await called(({ id, response }) => {
      stream(response).write(`data: ${JSON.stringify([news, done(id, "x".repeat(length))])}\n\n`);
    });
    expect(body.content).toEqual([{ type: "text", text: "x".repeat(length) }]);
  });

  it("[PROTO-16] may bring a batch with a broken answer", async () => {
    const { body, ms } = await called(({ id, response }) => {
      stream(response).write(`data: ${JSON.stringify([news, { ...done(id), error: { code: 1, message: "no" } }, 7])}\n\n`);
    });
    expect(body.code).toBe("ANSWER_INVALID");
    expect(ms).toBeLessThan(1_000);
  });
});

describe("an answer's stream that broke off", () => {
  const cut = ({ response }: Exchange) => void stream(response).write(PRIMING, () => response.end());

  it("and is asked for again, but answered with a page, is told as broken at once", async () => {
    const { body, ms } = await called(cut, ({ request, response }) => {
      if (request.headers["last-event-id"] === undefined) return response.writeHead(405).end();
      return response.writeHead(200, { "content-type": "text/html" }).end("<h1>Hello</h1>");
    });
    expect(body).toMatchObject({ code: "OUTCOME_UNKNOWN", message: expect.stringMatching(/cannot be gone on with/) });
    expect(ms).toBeLessThan(3_000);
  });

  it("is gone on with when the stream of notifications has an event of the same id", async () => {
    let waiting = -1;
    const { body } = await called(
      (exchange) => {
        waiting = exchange.id;
        cut(exchange);
      },
      ({ request, response }) => {
        const isNews = request.headers["last-event-id"] === undefined;
        stream(response).write(
          isNews ? `id: 1\ndata: ${JSON.stringify(news)}\n\n` : `data: ${JSON.stringify(done(waiting))}\n\n`,
        );
      },
    );
    expect(body.content).toEqual([{ type: "text", text: "done" }]);
  });

  it("is not asked for again by an id that no header can carry", async () => {
    const { body, ms } = await called(({ response }) => {
      stream(response).write("id: ключ\nretry: 100\ndata: \n\n", () => response.end());
    });
    expect(body.code).toBe("OUTCOME_UNKNOWN");
    expect(ms).toBeLessThan(1_000);
  });
});

describe("a stream of notifications that ends", () => {
  it.each([
    ["is gone on with from its last event", "a b", "a b"],
    ["is opened anew when no header can carry its last id", "ключ", undefined],
  ])("%s", async (_, id, sent) => {
    const server = await startHandmadeServer();
    const from: unknown[] = [];
    server.instead.set("GET", ({ request, response }) => {
      from.push(request.headers["last-event-id"]);
      stream(response).end(`id: ${id}\ndata: ${JSON.stringify(news)}\n\n`);
    });
    await connected(server);
    await expect.poll(() => from.slice(0, 2), { timeout: 5_000 }).toEqual([undefined, sent]);
  });
});

describe("a request that goes on behind its answer", () => {
  const answers: Record<string, (exchange: Exchange) => void> = {
    "is not answered itself": () => {},
    "gets half of a body": ({ response }) => {
      response.writeHead(200, { "content-type": "application/json" }).write("{");
    },
    "is accepted, without an end": ({ response }) => {
      response.writeHead(202).write(" ");
    },
  };
  it.each(Object.entries(answers))("[F-LOAD-05] leaves nothing open when it %s", async (_, how) => {
    const server = await startHandmadeServer();
    let tell: (message: object) => void = () => {};
    server.instead.set("GET", ({ response }) => {
      stream(response).flushHeaders();
      tell = (message) => response.write(`data: ${JSON.stringify(message)}\n\n`);
    });
    let open = 0;
    server.instead.set("tools/call", (exchange) => {
      open += 1;
      exchange.response.on("close", () => {
        open -= 1;
      });
      how(exchange);
      tell(done(exchange.id));
    });
    const { call } = await connected(server);
    await expect.poll(() => server.asked).toContain("GET");
    const bodies = await Promise.all(Array.from({ length: 10 }, call));
    expect(bodies.map(({ body }) => body.content?.[0].text)).toEqual(Array(10).fill("done"));
    await expect.poll(() => open, { timeout: 4_000 }).toBe(0);
  });
});

describe("an answer of a status that has no body", () => {
  it.each([204, 205, 304, 999])("[PROTO-16] ends the call at once when %i claims to be an event stream", async (status) => {
    const { body, ms } = await called(({ response }) => {
      response.writeHead(status, { "content-type": "text/event-stream" }).end();
    });
    expect(body.code).toMatch(/^(OUTCOME_UNKNOWN|SERVER_ERROR)$/);
    expect(ms).toBeLessThan(1_000);
  });
});

describe("a server that asks for a pause", () => {
  it("by a date, and does not tell its own time, is asked again after it", async () => {
    const server = await startHandmadeServer();
    let until = 0;
    server.instead.set("tools/call", ({ response }) => {
      until = Math.ceil(Date.now() / 1_000) * 1_000 + 1_000;
      server.instead.delete("tools/call");
      response.sendDate = false;
      response.writeHead(429, { "retry-after": new Date(until).toUTCString() }).end();
    });
    const { call } = await connected(server);
    expect((await call()).body.content).toEqual([{ type: "text", text: "gone" }]);
    expect(Date.now()).toBeGreaterThanOrEqual(until - 5);
  });
});

describe("progress", () => {
  it("that JSON cannot say is not told", async () => {
    const server = await startHandmadeServer();
    server.instead.set("tools/call", ({ id, params, response }) => {
      const token = JSON.stringify((params._meta as { progressToken: unknown }).progressToken);
      stream(response);
      for (const progress of ["1e999", '1,"total":1e999', "-1e999", "3"])
        response.write(
          `data: {"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${token},"progress":${progress}}}\n\n`,
        );
      response.end(`data: ${JSON.stringify(done(id))}\n\n`);
    });
    const { ann } = await connected(server);
    const socket = ann.socket();
    const told: unknown[] = [];
    socket.on("mcp:progress", ({ progress }) => told.push(progress));
    await new Promise((resolve) => socket.once("mcp:snapshot", resolve));
    await ann.ask("POST", CALL, { arguments: {} });
    await expect.poll(() => told).toEqual([3]);
  });
});

describe("the older HTTP+SSE transport", () => {
  /** `post` answers the POST of a call, `data` is what comes on the stream for it. */
  async function overSse(post: (response: ServerResponse) => void, data: (id: number) => unknown) {
    const server = await startHandmadeServer();
    let tell: (message: unknown) => void = () => {};
    const results = {
      initialize: { protocolVersion: "2024-11-05", capabilities: { tools: {} }, serverInfo: { name: "old", version: "1" } },
      "tools/list": { tools: [{ name: "go", inputSchema: { type: "object" } }] },
    };
    for (const [method, result] of Object.entries(results))
      server.instead.set(method, ({ id, response }) => {
        response.writeHead(202).end("Accepted");
        tell({ jsonrpc: "2.0", id, result });
      });
    server.instead.set("GET", ({ response }) => {
      stream(response).write("event: endpoint\ndata: /mcp\n\n");
      tell = (message) => response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
    });
    let open = 0;
    server.instead.set("tools/call", ({ id, response }) => {
      open += 1;
      response.on("close", () => {
        open -= 1;
      });
      post(response);
      tell(data(id));
    });
    return { openCalls: () => open, ...(await connected(server, { type: "sse" })) };
  }
  const accepted = (response: ServerResponse) => void response.writeHead(202).end("Accepted");

  it("[PROTO-16] tells a broken answer at once", async () => {
    const { call } = await overSse(accepted, (id) => ({ ...done(id), error: { code: 1, message: "no" } }));
    const startedAt = Date.now();
    expect((await call()).body.code).toBe("ANSWER_INVALID");
    expect(Date.now() - startedAt).toBeLessThan(1_000);
  });

  it("[PROTO-16] takes a batch", async () => {
    const { call } = await overSse(accepted, (id) => [news, done(id)]);
    expect((await call()).body.content).toEqual([{ type: "text", text: "done" }]);
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ["is never answered", () => {}],
    ["is answered without an end", (response) => void response.writeHead(200).write("x")],
  ])("[F-LOAD-05] leaves nothing open when a POST %s", async (_, post) => {
    const { openCalls, call } = await overSse(post, done);
    await Promise.all(Array.from({ length: 10 }, call));
    await expect.poll(openCalls, { timeout: 4_000 }).toBe(0);
  });
});
