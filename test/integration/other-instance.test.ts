import { type AddressInfo, createServer, connect as dial, type Socket as TcpSocket } from "node:net";
import { io } from "socket.io-client";
import { describe, expect, it } from "vitest";
import { type LiveStatus, NOTHING_YET, withSnapshot, withStatus } from "../../client/src/lib/live-status.ts";
import type { ConnectionStatus, StatusSnapshot } from "../../schemas/wire.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { type Caller, type ClientSocket, type RunningHouse, startHouse } from "../support/house.ts";

/** Two instances over one store, and what stands before them: it knows no more than to which a new line goes. */
async function balanced(choose: (line: number) => number) {
  const servers = { one: await kept(startHttpServer()), two: await kept(startHttpServer()) };
  const entries = Object.fromEntries(
    Object.entries(servers).map(([name, { url }]) => [
      name,
      {
        type: "streamable-http",
        url,
        customUserVars: { KEY: { title: "Key", description: "Yours" } },
        headers: { "x-key": "{{KEY}}" },
      },
    ]),
  );
  const first = await kept(startHouse(entries, { hosted: true }));
  const second = await kept(startHouse(entries, { hosted: true, dataFolder: first.dataFolder }));
  const houses: [RunningHouse, RunningHouse] = [first, second];
  const lines = new Set<TcpSocket>();
  let count = 0;
  const tcp = createServer((near) => {
    const house = houses[choose(count) % 2] as RunningHouse;
    count += 1;
    const far = dial(Number(new URL(house.url).port), "127.0.0.1");
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      lines.add(end);
      end.pipe(other);
      end.on("error", () => end.destroy());
      end.on("close", () => {
        lines.delete(end);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => tcp.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => {
    for (const line of lines) line.destroy();
    tcp.close();
  });
  const drop = () => {
    for (const line of lines) line.destroy();
  };
  return { houses, drop, port: (tcp.address() as AddressInfo).port };
}

/** A page of ann's, kept as the client keeps it. */
function page(port: number) {
  const socket: ClientSocket = io(`http://127.0.0.1:${port}/mcp`, {
    forceNew: true,
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    reconnectionDelay: 20,
    reconnectionDelayMax: 20,
    extraHeaders: { "x-host-user": "ann" },
  });
  cleanups.push(() => socket.disconnect());
  let state: LiveStatus = NOTHING_YET;
  let snapshots = 0;
  socket.on("mcp:snapshot", (snapshot) => {
    snapshots += 1;
    state = withSnapshot(state, snapshot);
  });
  socket.on("mcp:status", ({ epoch, status }) => {
    state = withStatus(state, epoch, status) ?? state;
  });
  return { socket, epoch: () => state.epoch, snapshots: () => snapshots, shows: () => lights([...state.statuses.values()]) };
}

const lights = (statuses: readonly ConnectionStatus[]) =>
  statuses.map(({ server, state, version, reason }) => `${server} ${state} ${version} ${reason?.code ?? "well"}`).sort();

/** What a tab that never was anywhere else is told there. */
async function truth(house: RunningHouse): Promise<string[]> {
  const socket = (await house.user("ann")).socket();
  const { statuses } = await new Promise<StatusSnapshot>((resolve) => socket.once("mcp:snapshot", resolve));
  socket.disconnect();
  return lights(statuses);
}

describe("a browser that comes back at another instance", () => {
  it.each([
    { sticky: "off, so each line goes to the other", moves: 6 },
    { sticky: "on, and its instance is taken out", moves: 2 },
  ])("[F-SOCK-03] shows what is true there, and nothing of before: sticky $sticky", async ({ moves }) => {
    let at = 0;
    const { houses, drop, port } = await balanced(() => at);
    const here = () => houses[at % 2] as RunningHouse;
    const tab = page(port);
    const isTrue = async () => tab.shows().join() === (await truth(here())).join();
    await expect.poll(tab.snapshots).toBeGreaterThan(0);
    const values = { action: "install", auth: { KEY: "of-ann" } };
    await (await here().user("ann")).ask("POST", "/api/user/plugins", { ...values, pluginKey: "mcp_one" });
    await (await here().user("ann")).ask("POST", "/api/user/plugins", { ...values, pluginKey: "mcp_two" });
    for (let move = 0; move < moves; move += 1) {
      // On the one it leaves, more happens than on the other: its versions run ahead.
      const who = await here().user("ann");
      for (const what of ["connect", "disconnect", "connect"]) {
        const { status } = await who.ask("POST", `/api/mcp/${move % 2 ? "one" : "two"}/${what}`);
        expect(status).toBe(200);
      }
      await expect.poll(isTrue, { timeout: 5_000 }).toBe(true);
      const [epoch, seen] = [tab.epoch(), tab.snapshots()];
      at += 1;
      drop();
      await expect.poll(tab.snapshots, { timeout: 5_000 }).toBeGreaterThan(seen);
      expect(tab.epoch()).not.toBe(epoch);
      // What ann entered there counts here: it is the store's.
      expect(tab.shows().join()).not.toContain("USER_VARS_MISSING");
      await expect.poll(isTrue, { timeout: 5_000 }).toBe(true);
    }
  });
});

describe("a socket of a sign-in that ends", () => {
  /** Two houses over one store, and a way to open a page at either. */
  async function twoHouses() {
    const here = await kept(startHouse({}));
    const there = await kept(startHouse({}, { dataFolder: here.dataFolder }));
    const open = async (house: RunningHouse, headers: Record<string, string>) => {
      const socket = house.anonymous.socket(headers);
      await new Promise((resolve, reject) => socket.once("mcp:snapshot", resolve).once("connect_error", reject));
      return { socket, gone: new Promise<string>((resolve) => socket.once("disconnect", resolve)) };
    };
    return { here, there, open };
  }
  const keyOf = async (who: Caller) => (await who.ask("POST", "/api/keys", { name: "script" })).body;

  it("is closed at once with the key it was opened by, and no other is", async () => {
    const { here, open } = await twoHouses();
    const ann = await here.user("ann");
    const [used, other] = [await keyOf(ann), await keyOf(ann)];
    const byKey = await open(here, { authorization: `Bearer ${used.secret}` });
    const others = [await open(here, { authorization: `Bearer ${other.secret}` }), await open(here, { cookie: ann.cookie })];
    const startedAt = performance.now();
    await ann.ask("DELETE", `/api/keys/${used.key.id}`);
    expect(await byKey.gone).toBe("io server disconnect");
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(others.map(({ socket }) => socket.connected)).toEqual([true, true]);
  });

  it("[MULTI-06] [F-MULTI-03] is closed within two seconds, whichever instance it is at", { timeout: 20_000 }, async () => {
    const { here, there, open } = await twoHouses();
    const admin = await here.admin();
    const [ann, bob, cas, dee] = await Promise.all(["ann", "bob", "cas", "dee"].map((name) => here.user(name)));
    if (ann === undefined || bob === undefined || cas === undefined || dee === undefined) throw new Error("unreachable");
    const [deleted, keptKey, disabled] = [await keyOf(ann), await keyOf(ann), await keyOf(dee)];
    const stays = await open(there, { authorization: `Bearer ${keptKey.secret}` });
    const endings: [string, Record<string, string>, () => Promise<unknown>][] = [
      ["key deleted", { authorization: `Bearer ${deleted.secret}` }, () => ann.ask("DELETE", `/api/keys/${deleted.key.id}`)],
      ["signed out", { cookie: bob.cookie }, () => bob.ask("POST", "/api/auth/sign-out")],
      ["account deleted", { cookie: cas.cookie }, () => admin.ask("DELETE", `/api/users/${cas.userId}`)],
      [
        "account disabled, by key",
        { authorization: `Bearer ${disabled.secret}` },
        () => admin.ask("PATCH", `/api/users/${dee.userId}`, { disabled: true }),
      ],
    ];
    for (const [what, headers, end] of endings) {
      const { gone } = await open(there, headers);
      await end();
      const startedAt = performance.now();
      await gone;
      const tookMs = Math.round(performance.now() - startedAt);
      console.log(`${what}: closed elsewhere after ${tookMs} ms`);
      expect(tookMs).toBeLessThan(2_500);
    }
    expect(stays.socket.connected).toBe(true);
  });
});
