import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { type Exchange, startHandmadeServer } from "../../servers/handmade-server.ts";
import { startHttpServer } from "../../servers/http-server.ts";
import { startSink } from "../../servers/sink.ts";
import { kept } from "../../support/clean-up.ts";
import { allowing, makeConnector } from "../../support/connectors.ts";
import { startHouse } from "../../support/house.ts";

const STATUSES = [301, 302, 303, 307, 308];
const CREDENTIALS = {
  "X-Auth-Token": "canary-auth-token",
  "X-Api-Key": "canary-api-key",
  Authorization: "Bearer canary-bearer",
  Cookie: "canary=cookie",
};
const redirect =
  (status: number, location: string) =>
  ({ response }: Exchange) =>
    void response.writeHead(status, { location }).end();

/** Answers everything, an upgrade too, with one redirect. */
async function startRedirector(location: string): Promise<{ port: number; asked: string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const server = createServer(({ method = "" }, response) => {
    asked.push(method);
    response.writeHead(307, { location }).end();
  });
  server.on("upgrade", (_request, socket) => {
    asked.push("upgrade");
    socket.end(`HTTP/1.1 307 Temporary Redirect\r\nlocation: ${location}\r\nconnection: close\r\n\r\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port: (server.address() as AddressInfo).port, asked, close };
}

describe("a redirect", () => {
  it("[SSRF-09] to an internal address is not followed, whatever its status and whenever it comes", async () => {
    const sink = await kept(startSink());
    const server = await kept(startHandmadeServer({ withSessions: true }));
    const house = await kept(startHouse({}, { hosted: true, ...allowing(`127.0.0.1:${server.port}`) }));
    const ann = await house.user("ann");
    expect((await makeConnector(ann, server.url)).status).toBe(201);
    for (const status of STATUSES) {
      for (const location of [
        `http://127.0.0.1:${sink.port}/`,
        `//127.0.0.1:${sink.port}/`,
        `http://[::ffff:127.0.0.1]:${sink.port}/`,
      ]) {
        const to = redirect(status, location);
        server.instead.set("initialize", to);
        const refused = await ann.ask("POST", "/api/mcp/mine/reinitialize");
        expect([status, refused.body.success]).toEqual([status, false]);
        server.instead.clear();
        for (const method of ["GET", "DELETE", "tools/list", "tools/call"]) server.instead.set(method, to);
        await ann.ask("POST", "/api/mcp/mine/connect");
        server.instead.delete("tools/list");
        await ann.ask("POST", "/api/mcp/mine/connect");
        const call = await ann.ask("POST", "/api/mcp/mine/tools/go/call", { arguments: {} });
        expect([status, call.body.isError ?? call.status >= 400]).toEqual([status, true]);
        await ann.ask("POST", "/api/mcp/mine/disconnect");
        server.instead.clear();
      }
    }
    expect(server.asked.filter((method) => method === "tools/call").length).toBeGreaterThan(10);
    expect(sink.hits).toBe(0);
  }, 30_000);

  it("is not followed by event streams and WebSockets, nor to another scheme", async () => {
    const sink = await kept(startSink());
    for (const scheme of ["http", "ws", "ftp"]) {
      const server = await kept(startRedirector(`${scheme}://127.0.0.1:${sink.port}/`));
      const house = await kept(startHouse({}, { hosted: true, ...allowing(`127.0.0.1:${server.port}`) }));
      const ann = await house.user("ann");
      for (const [type, own] of [
        ["sse", "http"],
        ["websocket", "ws"],
        ["streamable-http", "http"],
      ])
        expect((await makeConnector(ann, `${own}://127.0.0.1:${server.port}/mcp`, { type })).status).toBeGreaterThanOrEqual(400);
      expect(new Set(server.asked)).toEqual(new Set(["GET", "upgrade", "POST"]));
    }
    const file = await kept(startRedirector("file:///etc/passwd"));
    const house = await kept(startHouse({}, { hosted: true, ...allowing(`127.0.0.1:${file.port}`) }));
    const refused = await makeConnector(await house.user("ann"), `http://127.0.0.1:${file.port}/mcp`);
    expect([refused.status >= 400, JSON.stringify(refused.body)]).toEqual([true, expect.not.stringContaining("root:")]);
    expect(sink.hits).toBe(0);
  });

  it("[SSRF-10] to another origin never carries credentials there, though we may go there ourselves", async () => {
    const other = await kept(startHttpServer());
    const server = await kept(startHandmadeServer({ withSessions: true }));
    const entry = { type: "streamable-http", url: server.url, headers: CREDENTIALS };
    const beside = { type: "streamable-http", url: other.url };
    const house = await kept(
      startHouse({ raw: entry, beside }, { hosted: true, ...allowing(`127.0.0.1:${server.port}`, `127.0.0.1:${other.port}`) }),
    );
    const ann = await house.user("ann");
    expect((await ann.ask("POST", "/api/mcp/beside/connect")).body.status.state).toBe("connected");
    await makeConnector(ann, server.url, { headers: CREDENTIALS, title: "Own" });
    for (const name of ["raw", "own"]) {
      for (const status of STATUSES) {
        const to = redirect(status, other.url);
        server.instead.set("initialize", to);
        await ann.ask("POST", `/api/mcp/${name}/reinitialize`);
        server.instead.clear();
        for (const method of ["GET", "DELETE", "tools/call"]) server.instead.set(method, to);
        await ann.ask("POST", `/api/mcp/${name}/connect`);
        await ann.ask("POST", `/api/mcp/${name}/tools/go/call`, { arguments: {} });
        await ann.ask("POST", `/api/mcp/${name}/disconnect`);
        server.instead.clear();
      }
    }
    expect(server.asked).toContain("tools/call");
    expect(JSON.stringify(other.ledger.requests)).not.toContain("canary");
  }, 30_000);
});
