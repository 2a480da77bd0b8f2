import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import { patient } from "../../../api/storage/sqlite/patient-stores.ts";

const db = new DatabaseSync(":memory:");
afterEach(() => db.exec("DROP TABLE IF EXISTS kept"));

function storeOf() {
  db.exec("CREATE TABLE kept (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT");
  const insert = db.prepare("INSERT INTO kept VALUES (?, ?)");
  return patient({ put: async (id: number, text: string) => insert.run(id, text).changes });
}

describe("a patient store", () => {
  it("[F-PROC-10] says that there is no room left, and keeps nothing by halves", async () => {
    const store = storeOf();
    const { page_count: pages } = db.prepare("PRAGMA page_count").get() ?? {};
    db.exec(`PRAGMA max_page_count = ${Number(pages) + 1}`);
    const why = { code: "STORE_UNAVAILABLE", message: "there is no room left on the disk", retryAfterMs: 5_000 };
    await expect(store.put(1, "x".repeat(100_000))).rejects.toMatchObject(why);
    expect(db.prepare("SELECT count(*) AS count FROM kept").get()).toEqual({ count: 0 });
    db.exec("PRAGMA max_page_count = 1000000");
    expect(await store.put(1, "x".repeat(100_000))).toBe(1);
  });

  it("hands on what is our own mistake as it is", async () => {
    const store = storeOf();
    await store.put(1, "a");
    await expect(store.put(1, "b")).rejects.toMatchObject({ code: "ERR_SQLITE_ERROR", errstr: "constraint failed" });
  });
});
