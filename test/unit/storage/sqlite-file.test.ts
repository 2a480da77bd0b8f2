import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";

const OPENER = new URL("../../../api/storage/sqlite/sqlite-stores.ts", import.meta.url);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "patchbay-file-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8);

describe("the SQLite file", () => {
  it("can be read by its owner only, with its folder and its side files", async () => {
    const stores = openSqliteStores(join(folder, "data", "patchbay.db"));
    await stores.keyChecks.getOrPut("root", "value");
    expect(modeOf(join(folder, "data"))).toBe("700");
    for (const file of ["patchbay.db", "patchbay.db-wal", "patchbay.db-shm"]) {
      expect(modeOf(join(folder, "data", file))).toBe("600");
    }
    await stores.close();
  });

  it("is closed to others when it was open to them before", async () => {
    const path = join(folder, "patchbay.db");
    writeFileSync(path, "", { mode: 0o644 });
    await openSqliteStores(path).close();
    expect(modeOf(path)).toBe("600");
  });

  it("writes ahead and waits for the disk", async () => {
    const path = join(folder, "patchbay.db");
    const stores = openSqliteStores(path);
    const other = new DatabaseSync(path);
    expect(other.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    other.close();
    await stores.close();
  });

  it("is refused, unchanged, when a newer Patchbay wrote it", async () => {
    const path = join(folder, "patchbay.db");
    await openSqliteStores(path).close();
    const newer = new DatabaseSync(path);
    newer.exec("PRAGMA user_version = 999");
    newer.close();
    expect(() => openSqliteStores(path)).toThrow(
      expect.objectContaining({ name: "StartRefused", code: "SCHEMA_TOO_NEW", message: expect.stringContaining("999") }),
    );
    const after = new DatabaseSync(path);
    expect(after.prepare("PRAGMA user_version").get()).toEqual({ user_version: 999 });
    after.close();
  });

  it("is refused when it is no database", () => {
    const path = join(folder, "patchbay.db");
    writeFileSync(path, "mcpServers: {}\n".repeat(200));
    expect(() => openSqliteStores(path)).toThrow(expect.objectContaining({ code: "DATABASE_UNREADABLE" }));
  });

  it("is refused when the disk takes nothing more", async () => {
    const path = join(folder, "patchbay.db");
    const open = `import("${OPENER}").then(({ openSqliteStores }) => openSqliteStores("${path}")).catch(({ code }) => console.log(code))`;
    // No file may grow: what a full disk does, without filling one.
    const script = `ulimit -f 0; exec "${process.execPath}" -e '${open}'`;
    const opener = spawn("sh", ["-c", script], { stdio: ["ignore", "pipe", "inherit"] });
    expect(await Array.fromAsync(createInterface({ input: opener.stdout }))).toEqual(["DATABASE_UNWRITABLE"]);
  });

  it("is not waited for without end when another program holds it", async () => {
    const path = join(folder, "patchbay.db");
    await openSqliteStores(path).close();
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    expect(() => openSqliteStores(path)).toThrow(expect.objectContaining({ name: "StartRefused", code: "DATABASE_BUSY" }));
    other.close();
    await openSqliteStores(path).close();
  }, 20_000);

  it("keeps every write it acknowledged when the process is killed", async () => {
    const path = join(folder, "patchbay.db");
    const script = fileURLToPath(new URL("write-until-killed.ts", import.meta.url));
    const writer = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
    const acknowledged: string[] = [];
    for await (const name of createInterface({ input: writer.stdout })) {
      acknowledged.push(name);
      if (acknowledged.length === 100) writer.kill("SIGKILL");
    }
    const { keyChecks, close } = openSqliteStores(path);
    expect(acknowledged.length).toBeGreaterThanOrEqual(100);
    for (const name of acknowledged) expect(await keyChecks.getOrPut(name, "lost")).toBe("kept");
    await close();
  });

  it("can be open twice, as during a restart that overlaps", async () => {
    const path = join(folder, "patchbay.db");
    const [one, two] = [openSqliteStores(path), openSqliteStores(path)];
    await one.keyChecks.getOrPut("root", "one");
    expect(await two.keyChecks.getOrPut("root", "two")).toBe("one");
    await one.close();
    await two.close();
  });
});
