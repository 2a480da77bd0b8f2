import type { DatabaseSync } from "node:sqlite";
import type { CallJournalStore, CallRecord } from "../../ports/stores.ts";
import { openCallLog } from "./call-log.ts";
import { transactions } from "./transaction.ts";

const COLUMNS = `id, user_id AS userId, call_id AS callId, server, tool, tool_digest AS toolDigest,
  argument_digest AS argumentDigest, state, started_at AS startedAt, ended_at AS endedAt, code`;

/** So many records are put into the table at once: a moment's work, and a fraction of what each alone would cost. */
const BATCH = 256;
/** So many rest in the log: what a busy person's newer calls push out meanwhile never gets to the table. */
const MAX_RESTING = 2_048;
/** Behind a table that cannot be written; then they are lost. */
const MAX_WAITING = 10_000;

export interface SqliteCallJournal extends CallJournalStore {
  /** Puts everything into the table. Nothing may be written afterwards. */
  close(): void;
}

/**
 * Records rest in a log beside the database until there are enough of them, or somebody wants to read. `db`: a connection
 * of its own, because it flushes less than the others do; `path`: of its file. Ids sort by time.
 */
export function sqliteCallJournalStore(db: DatabaseSync, path: string): SqliteCallJournal {
  const put = db.prepare(
    `INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (user_id, id) DO UPDATE SET state = excluded.state, ended_at = excluded.ended_at, code = excluded.code`,
  );
  const newest = db.prepare(`SELECT ${COLUMNS} FROM calls WHERE user_id = ? ORDER BY id DESC LIMIT ?`);
  const older = db.prepare(
    `SELECT ${COLUMNS} FROM calls WHERE user_id = ?1
     AND id < (SELECT id FROM calls WHERE id = ?2 AND user_id = ?1) ORDER BY id DESC LIMIT ?3`,
  );
  const endRunning = db.prepare("UPDATE calls SET state = 'unknown', ended_at = ? WHERE state = 'running'");
  const trim = db.prepare(
    `DELETE FROM calls WHERE user_id = ?1 AND id <=
     (SELECT id FROM calls WHERE user_id = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`,
  );
  const nextUser = db.prepare("SELECT min(user_id) AS userId FROM calls WHERE user_id > ?");
  const oldest = db.prepare("SELECT started_at AS startedAt FROM calls WHERE user_id = ? ORDER BY id LIMIT 1");
  const removeBefore = db.prepare("DELETE FROM calls WHERE user_id = ? AND started_at < ?");
  const removeByUser = db.prepare("DELETE FROM calls WHERE user_id = ?");
  const record = (row: unknown): CallRecord => ({ ...(row as CallRecord) });
  const inOne = transactions(db);

  const { log, left, forget } = openCallLog(path);
  /** By id, oldest first: what is said of a call last is what counts. */
  const waiting = new Map<string, CallRecord>(left.map((each) => [each.id, each]));
  const drop = (records: readonly CallRecord[]) => {
    for (const { id } of records) waiting.delete(id);
    log.tidy(waiting);
  };
  const store = (records: readonly CallRecord[] = [...waiting.values()]) => {
    if (records.length === 0) return;
    try {
      inOne(() => {
        for (const each of records) {
          const { id, userId, callId, server, tool, toolDigest, argumentDigest, state, startedAt, endedAt, code } = each;
          put.run(userId, id, callId, server, tool, toolDigest, argumentDigest, state, startedAt, endedAt, code);
        }
      });
    } catch (error) {
      if (waiting.size >= MAX_WAITING) drop([...waiting.values()]);
      throw error;
    }
    drop(records);
  };
  const waitingOf = (wanted: string) => [...waiting.values()].filter(({ userId }) => userId === wanted);
  store();
  forget();

  return {
    async write(records) {
      log.append(records, (id) => waiting.has(id));
      for (const each of records) waiting.set(each.id, each);
      if (waiting.size >= MAX_RESTING) store([...waiting.values().take(BATCH)]);
    },
    async page(userId, { limit, before }) {
      store(waitingOf(userId));
      return (before === undefined ? newest.all(userId, limit) : older.all(userId, before, limit)).map(record);
    },
    async endRunning(now) {
      store();
      return Number(endRunning.run(now).changes);
    },
    async trim(userId, keep) {
      const theirs = waitingOf(userId);
      // One that runs comes back with its end.
      drop(theirs.slice(0, Math.max(0, theirs.length - keep)));
      trim.run(userId, Math.max(0, keep - theirs.length));
    },
    async deleteBefore(startedAt) {
      store();
      // One person after the other, and most of them have nothing that is so old.
      for (let after = ""; ; ) {
        const userId = nextUser.get(after)?.userId;
        if (typeof userId !== "string") return;
        if (Number(oldest.get(userId)?.startedAt) < startedAt) removeBefore.run(userId, startedAt);
        after = userId;
      }
    },
    async deleteByUser(userId) {
      store();
      removeByUser.run(userId);
    },
    close() {
      store();
      log.close();
    },
  };
}
