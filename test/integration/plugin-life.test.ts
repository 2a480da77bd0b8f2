import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Server } from "socket.io";
import { io } from "socket.io-client";
import { expect, it } from "vitest";
import { createPatchbay, type Patchbay } from "../../api/embed.mjs";
import { startHttpServer } from "../servers/http-server.ts";
import { stdioFixture } from "../servers/stdio-fixture.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { configText } from "../support/house.ts";
import { keptLog } from "../support/kept-log.ts";
import { heard, place } from "../support/process.ts";

const HOST = fileURLToPath(new URL("../support/host-process.ts", import.meta.url));

function folderWith(mcpServers: object = {}): { configPath: string; dataFolder: string } {
  const dataFolder = mkdtempSync(join(tmpdir(), "patchbay-host-"));
  cleanups.push(() => rmSync(dataFolder, { recursive: true, force: true }));
  const configPath = join(dataFolder, "servers.yaml");
  writeFileSync(configPath, configText(mcpServers));
  return { configPath, dataFolder };
}

function open(folder = folderWith(), log = keptLog()): Promise<Patchbay> {
  return kept(createPatchbay({ ...folder, identify: () => null, env: {}, logger: log.logger }));
}

it("holds a host's process no longer than until it is closed, whoever was there just now", async () => {
  const upstream = await kept(startHttpServer());
  const { configPath, dataFolder } = folderWith({
    up: { type: "streamable-http", url: upstream.url },
    program: stdioFixture(),
  });
  const child = spawn(process.execPath, [HOST, configPath, dataFolder], { stdio: ["ignore", "pipe", "pipe"] });
  cleanups.push(() => child.kill("SIGKILL"));
  const host = heard(child);
  const [url] = await host.said(/http:\S+(?=\n)/);
  const socket = io(`${new URL(url).origin}/mcp`, { forceNew: true, reconnection: false });
  cleanups.push(() => socket.disconnect());
  await new Promise((resolve) => socket.once("mcp:snapshot", resolve));
  for (const server of ["up", "program"])
    expect((await fetch(`${url}/api/mcp/${server}/connect`, { method: "POST" })).status).toBe(200);
  child.kill("SIGTERM");
  await host.said(/closed/);
  const closedAt = Date.now();
  expect(await host.ended).toEqual({ code: 0, signal: null });
  expect(Date.now() - closedAt).toBeLessThan(2_000);
});

it("tells the host's log what is wrong with its configuration", async () => {
  const log = keptLog();
  await open(folderWith({ broken: { type: "streamable-http" } }), log);
  expect(log.lines("error")).toMatchObject([
    { server: "broken", line: expect.any(Number), msg: expect.stringContaining("configuration: ") },
  ]);
});

it("is attached once, to a socket server that has no other", async () => {
  const sockets = () => kept(new Server(createServer()));
  const [one, other] = [await open(), await open()];
  const io = await sockets();
  one.attach(io);
  await expect(async () => one.attach(await sockets())).rejects.toMatchObject({ code: "SOCKETS_TAKEN" });
  expect(() => other.attach(io)).toThrow("has a namespace /mcp already");
  other.attach(await sockets());
});

it("shares its data folder with no other of the same process, and says when another process uses it", async () => {
  const folder = folderWith();
  const first = await open(folder);
  await expect(open(folder)).rejects.toMatchObject({ code: "DATA_FOLDER_TAKEN" });
  const elsewhere = await kept(place({}));
  // Still: being refused has not let go of it.
  await elsewhere.start({ DATA_DIR: folder.dataFolder }).said(/another process uses this data folder/);
  await elsewhere.close();
  await first.close();
  await (await open(folder)).close();

  const here = await kept(place({}));
  const program = here.start();
  await program.said(/"listening"/);
  expect(program.output()).not.toContain("another process uses");
  await here.start().said(/another process uses this data folder/);
  const log = keptLog();
  await open({ configPath: folder.configPath, dataFolder: program.dataFolder }, log);
  expect(log.lines("warn").map(({ msg }) => msg)).toEqual([expect.stringContaining("another process uses this data folder")]);
});

it("writes what is wrong in the file into the host's log", async () => {
  const folder = folderWith();
  const log = keptLog();
  await open({ ...folder, configPath: join(folder.dataFolder, "none.yaml") }, log);
  expect(log.lines("error")).toMatchObject([{ code: "file-unreadable", file: expect.stringContaining("none.yaml") }]);
});
