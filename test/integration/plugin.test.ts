import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { createPatchbay } from "../../api/plugin.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { cleanups } from "../support/clean-up.ts";

it("lives inside a host's express and socket.io with the host's own sign-in", async () => {
  const upstream = await startHttpServer();
  const dataFolder = mkdtempSync(join(tmpdir(), "patchbay-host-"));
  const configPath = join(dataFolder, "servers.yaml");
  const headers = { "X-User": "{{LIBRECHAT_USER_EMAIL}}" };
  writeFileSync(
    configPath,
    stringify({ version: "1.3.17", mcpServers: { up: { type: "streamable-http", url: upstream.url, headers } } }),
  );
  const patchbay = await createPatchbay({
    configPath,
    dataFolder,
    env: {},
    identify: async ({ headers: sent }) => {
      const name = sent["x-host-user"];
      if (typeof name !== "string") return null;
      const email = `${name}@host.example`;
      return { userId: `host-${name}`, email, name, role: "USER", sessionId: null, fields: { id: `host-${name}`, email, name } };
    },
  });
  const host = express();
  host.get("/own", (_request, response) => void response.send("the host's own page"));
  // As hosts do: their own parser has read the body before ours could.
  host.use(express.json());
  host.use("/patchbay", patchbay.router);
  const http = createServer(host);
  const sockets = new Server(http);
  sockets.on("connection", (socket) => socket.emit("hello from the host"));
  patchbay.attach(sockets);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  cleanups.push(
    upstream.close,
    async () => rmSync(dataFolder, { recursive: true }),
    async () => {
      await sockets.close();
      await patchbay.close();
      http.closeAllConnections();
    },
  );

  const ask = (path: string, user?: string, init: RequestInit = {}) =>
    fetch(url + path, {
      ...init,
      headers: { "content-type": "application/json", ...(user === undefined ? {} : { "x-host-user": user }) },
    });
  expect(await (await ask("/own")).text()).toBe("the host's own page");
  expect((await ask("/patchbay/api/mcp/servers")).status).toBe(401);
  expect(Object.keys(await (await ask("/patchbay/api/mcp/servers", "ann")).json())).toEqual(["up"]);
  expect(
    (await ask("/patchbay/api/auth/sign-in", undefined, { method: "POST", body: '{"email":"a","password":"b"}' })).status,
  ).toBe(404);

  const socket = io(`${url}/mcp`, { extraHeaders: { "x-host-user": "ann" }, forceNew: true });
  cleanups.push(async () => socket.disconnect());
  const states: string[] = [];
  socket.on("mcp:status", ({ status }: { status: { state: string } }) => states.push(status.state));
  await new Promise((resolve) => socket.on("mcp:snapshot", resolve));
  await ask("/patchbay/api/mcp/up/connect", "ann", { method: "POST" });
  await expect.poll(() => states.at(-1)).toBe("connected");
  const said = await ask("/patchbay/api/mcp/up/tools/echo/call", "ann", {
    method: "POST",
    body: '{"arguments":{"message":"hi"}}',
  });
  expect(await said.json()).toMatchObject({ content: [{ text: "Echo: hi" }] });
  expect(new Set(upstream.ledger.headerValues("x-user"))).toEqual(new Set(["ann@host.example"]));
});
