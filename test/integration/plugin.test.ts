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
import { createPatchbay } from "../../api/embed.mjs";
import { startHttpServer } from "../servers/http-server.ts";
import { cleanups } from "../support/clean-up.ts";
import { keptLog } from "../support/kept-log.ts";

/** All that is asked for, and nothing else. */
const person = (name: string) => ({ userId: `host-${name}`, email: `${name}@host.example`, name, role: "USER" as const });

it("lives inside a host's express and socket.io with the host's own sign-in", async () => {
  const upstream = await startHttpServer();
  const log = keptLog();
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
    logger: log.logger,
    identify: async ({ headers: sent }) => {
      const name = sent["x-host-user"];
      // As a look into a map answers for whom it does not know.
      if (typeof name !== "string") return undefined;
      // As a host's own tables have them, with more in them than is asked for.
      if (name === "nobody") return { ...person(name), userId: undefined as unknown as string };
      if (name === "misspelt") return { ...person(name), role: "admin" as "ADMIN" };
      return { ...person(name), createdAt: 0 };
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
  for (const [name, words] of Object.entries({
    nobody: "userId must be",
    misspelt: 'role must be "ADMIN" or "USER", and is "admin"',
  })) {
    const refused = await ask("/patchbay/api/mcp/servers", name);
    expect([refused.status, (await refused.json()).code]).toEqual([500, "INTERNAL"]);
    expect(log.lines("error").at(-1)).toMatchObject({
      err: { type: "PrincipalRefused", message: expect.stringContaining(words) },
    });
  }
  expect(
    (await ask("/patchbay/api/auth/sign-in", undefined, { method: "POST", body: '{"email":"a","password":"b"}' })).status,
  ).toBe(404);

  const document = await (await ask("/patchbay/api/openapi.json")).json();
  expect(document.servers).toEqual([{ url: `${url}/patchbay` }]);
  const operations = Object.entries<Record<string, { security?: object[] }>>(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => ({ path, method, security })),
  );
  const isMissing = async ({ path, method }: { path: string; method: string }) => {
    const answer = await ask(`/patchbay${path}`, undefined, {
      method: method.toUpperCase(),
      body: method === "get" ? undefined : "{}",
    });
    return (await answer.json().catch(() => ({}))).code === "ROUTE_UNKNOWN";
  };
  const missing = await Promise.all(operations.map(async (each) => ((await isMissing(each)) ? [each.path] : [])));
  expect(operations.length).toBeGreaterThan(40);
  expect(missing.flat()).toEqual([]);
  expect(operations.flatMap(({ security }) => security ?? [])).toEqual([]);

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
