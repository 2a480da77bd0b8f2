import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import type { Browser } from "playwright-core";
import { Server } from "socket.io";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { createPatchbay } from "../../api/embed.mjs";
import { startDiary } from "../servers/diary.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { allow, sendTo } from "./diary-seat.ts";
import { light, newPerson, openBrowser, openTools, runTool } from "./support.ts";

const MOUNTED_AT = "/tools/patchbay";
const cleanups: (() => Promise<unknown>)[] = [];
let browser: Browser;
let url: string;

/** An application with pages, sockets and a sign-in of its own, which lives here, not in Patchbay. */
async function startHost(): Promise<string> {
  const [upstream, diary] = await Promise.all([startHttpServer(), startDiary()]);
  const dataFolder = mkdtempSync(join(tmpdir(), "patchbay-host-"));
  const configPath = join(dataFolder, "servers.yaml");
  const server = { title: "Upstream", type: "streamable-http", url: upstream.url, startup: false };
  const protectedOne = { title: "Diary", type: "streamable-http", url: diary.url, startup: false, requiresOAuth: true };
  writeFileSync(configPath, stringify({ version: "1.3.17", mcpServers: { up: server, diary: protectedOne } }));
  const patchbay = await createPatchbay({
    configPath,
    dataFolder,
    env: {},
    clientDir: "client/dist",
    identify: async ({ headers }) => {
      const name = /(?:^|; )host_session=(\w+)/.exec(String(headers.cookie ?? ""))?.[1];
      if (name === undefined) return null;
      const email = `${name}@host.example`;
      return { userId: name, email, name, role: "ADMIN" };
    },
  });
  const host = express();
  host.get("/", (_request, response) => void response.send("<title>Host</title>the host's own page"));
  host.get("/favicon.ico", (_request, response) => void response.status(204).end());
  host.get("/sign-in", (_request, response) => void response.cookie("host_session", "ann", { httpOnly: true }).redirect("/"));
  host.use(MOUNTED_AT, patchbay.router);
  host.use((_request, response) => void response.status(404).send("the host knows nothing of this"));
  const http = createServer(host);
  // Not where socket.io is by default, either.
  const sockets = new Server(http, { path: "/live/sockets" });
  patchbay.attach(sockets);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  cleanups.push(
    upstream.close,
    diary.close,
    async () => rmSync(dataFolder, { recursive: true }),
    async () => {
      await sockets.close();
      await patchbay.close();
      http.closeAllConnections();
    },
  );
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}

beforeAll(async () => {
  [browser, url] = await Promise.all([openBrowser(), startHost()]);
});
afterAll(async () => {
  await browser?.close();
  for (const cleanup of cleanups.reverse()) await cleanup();
});

describe("the page below a path of somebody else's application", () => {
  it("works with the host's sign-in, files and sockets: a light turns green, a tool runs, a deep link is opened again", async () => {
    const { page, complaints } = await newPerson(browser);
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    page.on("websocket", (socket) => asked.push(new URL(socket.url()).pathname));
    await page.goto(`${url}/sign-in`);
    asked.splice(0);

    await page.goto(url + MOUNTED_AT);
    await light(page, "Upstream", "Disconnected");
    await page.getByRole("article", { name: "Upstream" }).getByRole("button", { name: "Initialize" }).click();
    await light(page, "Upstream", "Connected");
    await openTools(page, "Upstream");
    await runTool(page, { title: "Echo", fields: { message: "from below" }, shows: "from below" });
    expect(new URL(page.url()).pathname).toMatch(/^\/tools\/patchbay\/servers\/up\/tools/);
    await page.reload();
    await runTool(page, { title: "Echo", fields: { message: "again" }, shows: "again" });

    const foreign = asked.filter((path) => !path.startsWith(MOUNTED_AT) && !path.startsWith("/live/sockets/"));
    expect(foreign).toEqual([]);
    expect(asked.some((path) => path.startsWith("/live/sockets/"))).toBe(true);
    expect(complaints).toEqual([]);
  });

  it("brings a sign-in at a server back to where it is mounted", async () => {
    const { page, complaints } = await newPerson(browser);
    await page.goto(`${url}/sign-in`);
    await page.goto(`${url}${MOUNTED_AT}/?sign-in=diary`);
    const there = await sendTo(page);
    await allow(there, "Ann");
    await there.waitForURL(`${url}${MOUNTED_AT}/api/mcp/diary/oauth/callback?*`);
    await there.getByRole("heading", { name: "Signed in to Diary" }).waitFor();
    await light(page, "Diary", "Connected");
    expect(complaints).toEqual([]);
  });

  it("offers nothing that is the host's: no accounts, keys or passwords, and no sign-in form", async () => {
    const ann = await newPerson(browser);
    await ann.page.goto(`${url}/sign-in`);
    await ann.page.goto(`${url}${MOUNTED_AT}/`);
    await light(ann.page, "Upstream", "Connected");
    const links = await ann.page.getByRole("navigation").getByRole("link").allInnerTexts();
    // "Sign-ins" are those of people at MCP servers, which live here.
    expect(links.map((each) => each.trim())).toEqual(["Chat", "Servers", "Sign-ins", "Problems"]);
    await ann.page.getByRole("button", { name: /ann@host\.example/ }).click();
    await ann.page.getByRole("menu").waitFor();
    expect(await ann.page.getByRole("menu").innerText()).not.toMatch(/password|sign out/i);

    const nobody = await newPerson(browser);
    await nobody.page.goto(url + MOUNTED_AT);
    await nobody.page.getByRole("heading", { name: "You are not signed in" }).waitFor();
    expect(await nobody.page.getByRole("textbox").count()).toBe(0);
    expect([...ann.complaints, ...nobody.complaints]).toEqual([]);
  });
});
