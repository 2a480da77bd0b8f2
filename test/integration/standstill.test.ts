import { io } from "socket.io-client";
import { expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { stdioFixture } from "../servers/stdio-fixture.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import type { ClientSocket } from "../support/house.ts";
import { startHouseApart } from "../support/house-apart.ts";

const PEOPLE = 40;
const BLOCK_MS = 5_000;

it("[F-PROC-07] a house that stood still for five seconds says so, and loses neither browsers nor connections", async () => {
  const server = await kept(startHttpServer());
  const servers = {
    web: { type: "streamable-http", url: server.url, timeout: 3_000 },
    program: { ...stdioFixture(), timeout: 3_000 },
  };
  const house = await kept(startHouseApart(servers));
  const names = Array.from({ length: PEOPLE }, (_, nth) => `p${nth}`);
  let disconnects = 0;
  const sockets = await Promise.all(
    names.map(async (name) => {
      const socket: ClientSocket = io(`${house.url}/mcp`, { forceNew: true, extraHeaders: { "x-host-user": name } });
      cleanups.push(() => socket.disconnect());
      await new Promise<void>((resolve) => socket.once("connect", resolve));
      socket.on("disconnect", () => {
        disconnects += 1;
      });
      return socket;
    }),
  );
  await Promise.all(names.map((name) => house.ask(name, "POST", "/api/mcp/web/connect")));
  await house.ask("p0", "POST", "/api/mcp/program/connect");
  expect(server.sessionCount).toBe(PEOPLE);
  const initializations = () =>
    server.ledger.requests.filter(({ method, headers }) => method === "POST" && headers["mcp-session-id"] === undefined).length;
  const begun = initializations();

  // Their answers come while nobody reads; their deadlines pass as well. What was there in time is in time.
  const slow = (name: string, at: string) =>
    house.ask(name, "POST", `/api/mcp/${at}/tools/slow/call`, { arguments: { ms: 1_000, steps: 1 } });
  const running = [...names.slice(0, 10).map((name) => slow(name, "web")), slow("p0", "program")];
  await expect.poll(() => server.ledger.callsOf("slow").length, { timeout: 3_000 }).toBe(10);
  const blockedAt = Date.now();
  house.block(BLOCK_MS);
  const answers = await Promise.all(running);
  expect(Date.now() - blockedAt).toBeGreaterThanOrEqual(BLOCK_MS);
  expect(answers.map(({ status, body }) => body.code ?? status)).toEqual(answers.map(() => 200));

  // What would follow a standstill follows within the next seconds.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(disconnects).toBeLessThanOrEqual(PEOPLE * 0.05);
  expect(sockets.filter(({ connected }) => connected)).toHaveLength(PEOPLE);
  expect(initializations() - begun).toBeLessThanOrEqual(PEOPLE * 0.05);
  const lines = (await house.log()).map((line) => JSON.parse(line)).filter(({ blockedMs }) => blockedMs >= BLOCK_MS - 500);
  expect(lines).toMatchObject([{ msg: expect.stringContaining("stood still") }]);
  expect(await house.figure("nodejs_eventloop_stalls")).toBe(1);
}, 40_000);
