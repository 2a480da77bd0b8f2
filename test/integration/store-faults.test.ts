import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../api/ports/clock.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { cleanups } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

const MINUTE_MS = 60_000;
/** A house stands still for 5 s when it waits for a lock in the wrong way. */
const PROMPT_MS = 2_000;

/** A house whose clock can be put forward, and what another program does to its database. */
async function houseWithLock() {
  const upstream = await startHttpServer();
  cleanups.push(upstream.close);
  let aheadMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const house = await startHouse({ up: { type: "streamable-http", url: upstream.url } }, { clock });
  cleanups.push(house.close);
  const other = new DatabaseSync(join(house.dataFolder, "patchbay.db"));
  cleanups.push(async () => other.close());
  return {
    house,
    later: (ms: number) => {
      aheadMs += ms;
    },
    lock: () => other.exec("BEGIN IMMEDIATE"),
    unlock: () => other.exec("ROLLBACK"),
  };
}

it("a database whose file is gone from under a running house makes it not ready, and is told", async () => {
  const { house } = await houseWithLock();
  const ready = async () => (await house.anonymous.ask("GET", "/health/ready")).status;
  expect(await ready()).toBe(200);
  rmSync(join(house.dataFolder, "patchbay.db"));
  expect(await ready()).toBe(503);
  expect(house.log.filter((line) => line.includes("patchbay.db is gone"))).toHaveLength(1);
});

describe("a database that cannot be written", () => {
  it("[F-PROC-10] shuts nobody out: calls, pages and keys go on, however long it lasts", async () => {
    const { house, later, lock, unlock } = await houseWithLock();
    const ann = await house.user("ann");
    const call = async () => (await ann.ask("POST", "/api/mcp/up/tools/echo/call", { arguments: { message: "hi" } })).status;
    const { secret } = (await ann.ask("POST", "/api/keys", { name: "k" })).body;
    expect(await call()).toBe(200);
    lock();
    // By now it would be written down that they were here.
    later(2 * MINUTE_MS);
    const startedAt = performance.now();
    expect((await ann.ask("GET", "/api/auth/me")).status).toBe(200);
    const byKey = await house.anonymous.ask("GET", "/api/auth/me", undefined, { authorization: `Bearer ${secret}` });
    expect(byKey.status).toBe(200);
    expect(await call()).toBe(200);
    await new Promise((resolve) => ann.socket().once("mcp:snapshot", resolve));
    expect(performance.now() - startedAt).toBeLessThan(PROMPT_MS);
    unlock();
  });

  it("[F-PROC-10] holds up only who writes, and is told as what it is", async () => {
    const { house, lock, unlock } = await houseWithLock();
    const ann = await house.user("ann");
    lock();
    const written = ann.ask("POST", "/api/keys", { name: "late" });
    const startedAt = performance.now();
    expect((await house.anonymous.ask("GET", "/health/live")).status).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(PROMPT_MS);
    unlock();
    expect((await written).status).toBe(201);
    lock();
    const refused = await ann.ask("POST", "/api/keys", { name: "lost" });
    unlock();
    expect([refused.status, refused.body.code, refused.headers.get("retry-after")]).toEqual([503, "STORE_UNAVAILABLE", "5"]);
    const { keys } = (await ann.ask("GET", "/api/keys")).body;
    expect(keys.map(({ name }: { name: string }) => name)).toEqual(["late"]);
    expect(house.log.filter((line) => line.includes("the database cannot be used now"))).toHaveLength(1);
  });
});
