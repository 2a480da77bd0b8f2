import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CallRecord } from "../../../api/ports/stores.ts";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patchbay-calls-"));
  path = join(folder, "patchbay.db");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const logs = () => readdirSync(folder).filter((name) => name.startsWith("patchbay.db-calls-"));
const call = (id: string, change: Partial<CallRecord> = {}): CallRecord => {
  const digests = { toolDigest: "t", argumentDigest: "a" };
  const named = { id, callId: id, userId: "ann", server: "notes", tool: "echo", ...digests };
  return { ...named, state: "running", startedAt: 1, endedAt: null, code: null, ...change };
};

/** A process that writes calls and is killed after some of them; the ids it was told are on record. */
async function writtenUntilKilled(count: number): Promise<string[]> {
  const script = fileURLToPath(new URL("write-calls-until-killed.ts", import.meta.url));
  const writer = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(writer, "exit");
  const acknowledged: string[] = [];
  for await (const id of createInterface({ input: writer.stdout })) {
    acknowledged.push(id);
    if (acknowledged.length === count) writer.kill("SIGKILL");
  }
  await gone;
  return acknowledged;
}

describe("the call journal of an SQLite file", () => {
  // Before the first batch is in the table, and behind some.
  it.each([20, 700])("has every call that was on record when the process is killed after %d", async (count) => {
    const acknowledged = await writtenUntilKilled(count);
    expect(logs()).toHaveLength(1);
    const { calls, close } = openSqliteStores(path);
    await calls.endRunning(5_000);
    const states = new Map((await calls.page("ann", { limit: 10_000 })).map(({ id, state }) => [id, state]));
    expect(acknowledged.length).toBeGreaterThanOrEqual(count);
    for (const id of acknowledged) expect(states.get(id)).toBe(Number(id) % 2 === 0 ? "done" : "unknown");
    await close();
    expect(logs()).toEqual([]);
  });

  it("puts nothing into the table that newer calls push out, and forgets it in the log as well", async () => {
    const stores = openSqliteStores(path);
    const rows = () => {
      const db = new DatabaseSync(path, { readOnly: true });
      const found = db.prepare("SELECT count(*) AS count FROM calls").get();
      db.close();
      return Number(found?.count);
    };
    const of = (userId: string, nth: number) =>
      call(`${userId}${String(nth).padStart(8, "0")}`, { userId, state: "done", endedAt: 2 });
    const sizes: number[] = [];
    for (let nth = 0; nth < 30_000; nth += 1) {
      await stores.calls.write([of("ann", nth)]);
      if (nth % 500 === 0) await stores.calls.trim("ann", 1_000);
      if (nth % 500 === 0) sizes.push(statSync(join(folder, logs()[0] ?? "")).size);
    }
    expect(rows()).toBe(0);
    expect(Math.max(...sizes)).toBeLessThan(2.5 * 1024 * 1024);
    // Many people at once are too many to rest: then the oldest get there.
    for (let nth = 0; nth < 3_000; nth += 1) await stores.calls.write([of(`bob${nth}-`, nth)]);
    expect(rows()).toBeGreaterThan(1_000);
    const newest = await stores.calls.page("ann", { limit: 10_000 });
    expect(newest[0]?.id).toBe("ann00029999");
    expect(newest.length).toBeGreaterThanOrEqual(1_000);
    await stores.close();
  });

  it("reads past half a line", async () => {
    await writtenUntilKilled(3);
    appendFileSync(join(folder, logs()[0] ?? ""), '{"id":"0000');
    const { calls, close } = openSqliteStores(path);
    expect((await calls.page("ann", { limit: 1_000 })).length).toBeGreaterThanOrEqual(3);
    await close();
  });

  it("leaves the log of a process that runs alone", async () => {
    const one = openSqliteStores(path);
    await one.calls.write([call("a")]);
    const foreign = join(folder, `patchbay.db-calls-${process.ppid}-00`);
    writeFileSync(foreign, `${JSON.stringify(call("b"))}\n`);
    const two = openSqliteStores(path);
    expect((await two.calls.page("ann", { limit: 5 })).map(({ id }) => id)).not.toContain("b");
    expect(logs()).toContain(`patchbay.db-calls-${process.ppid}-00`);
    await two.close();
    await one.close();
  });

  it("is readable by its owner alone, and goes when the stores close", async () => {
    const stores = openSqliteStores(path);
    await stores.calls.write([call("a")]);
    for (const name of logs()) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    await stores.close();
    await stores.close();
    expect(logs()).toEqual([]);
    const again = openSqliteStores(path);
    expect(await again.calls.page("ann", { limit: 5 })).toEqual([call("a")]);
    await again.close();
  });
});
