import type { DatabaseSync } from "node:sqlite";

/** All of `work` or nothing; other writers wait. `work` must not be asynchronous. */
export function transaction<T>(db: DatabaseSync, work: () => T): T {
  return transactions(db)(work);
}

/** The same for those who write all the time: what frames the work is compiled once. */
export function transactions(db: DatabaseSync): <T>(work: () => T) => T {
  const begin = db.prepare("BEGIN IMMEDIATE");
  const commit = db.prepare("COMMIT");
  return (work) => {
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      // After some failures SQLite has rolled back by itself.
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };
}
