import type { DatabaseSync } from "node:sqlite";
import type { CallJournalStore, CallRecord } from "../../ports/stores.ts";
import { transactions } from "./transaction.ts";

const COLUMNS = `id, user_id AS userId, call_id AS callId, server, tool, tool_digest AS toolDigest,
  argument_digest AS argumentDigest, state, started_at AS startedAt, ended_at AS endedAt, code`;

/** `db`: a connection of its own, because it flushes less than the others do. Ids sort by time. */
export function sqliteCallJournalStore(db: DatabaseSync): CallJournalStore {
  const put = db.prepare(
    `INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended_at = excluded.ended_at, code = excluded.code`,
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
  const removeBefore = db.prepare("DELETE FROM calls WHERE started_at < ?");
  const removeByUser = db.prepare("DELETE FROM calls WHERE user_id = ?");
  const record = (row: unknown): CallRecord => ({ ...(row as CallRecord) });
  const inOne = transactions(db);
  return {
    write: async (records) =>
      inOne(() => {
        for (const each of records) {
          const { id, userId, callId, server, tool, toolDigest, argumentDigest, state, startedAt, endedAt, code } = each;
          put.run(id, userId, callId, server, tool, toolDigest, argumentDigest, state, startedAt, endedAt, code);
        }
      }),
    page: async (userId, { limit, before }) =>
      (before === undefined ? newest.all(userId, limit) : older.all(userId, before, limit)).map(record),
    endRunning: async (now) => Number(endRunning.run(now).changes),
    trim: async (userId, keep) => void trim.run(userId, keep),
    deleteBefore: async (startedAt) => void removeBefore.run(startedAt),
    deleteByUser: async (userId) => void removeByUser.run(userId),
  };
}
