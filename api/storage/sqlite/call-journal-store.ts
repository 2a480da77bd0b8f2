import type { DatabaseSync } from "node:sqlite";
import type { CallJournalStore, CallRecord } from "../../ports/stores.ts";
import { transaction } from "./transaction.ts";

const COLUMNS = `id, user_id AS userId, call_id AS callId, server, tool, tool_digest AS toolDigest,
  argument_digest AS argumentDigest, state, started_at AS startedAt, ended_at AS endedAt, code`;

export function sqliteCallJournalStore(db: DatabaseSync): CallJournalStore {
  const put = db.prepare("INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const newest = db.prepare(`SELECT ${COLUMNS} FROM calls WHERE user_id = ? ORDER BY started_at DESC, id DESC LIMIT ?`);
  const older = db.prepare(
    `SELECT ${COLUMNS} FROM calls WHERE user_id = ?1
     AND (started_at, id) < (SELECT started_at, id FROM calls WHERE id = ?2 AND user_id = ?1)
     ORDER BY started_at DESC, id DESC LIMIT ?3`,
  );
  const endRunning = db.prepare("UPDATE calls SET state = 'unknown', ended_at = ? WHERE state = 'running'");
  const trim = db.prepare(
    `DELETE FROM calls WHERE user_id = ?1 AND (started_at, id) <=
     (SELECT started_at, id FROM calls WHERE user_id = ?1 ORDER BY started_at DESC, id DESC LIMIT 1 OFFSET ?2)`,
  );
  const removeBefore = db.prepare("DELETE FROM calls WHERE started_at < ?");
  const removeByUser = db.prepare("DELETE FROM calls WHERE user_id = ?");
  const record = (row: unknown): CallRecord => ({ ...(row as CallRecord) });
  return {
    write: async (records) => {
      // Outlives a killed process, not a power cut: a flush to the disk for every call would hold up everybody.
      db.exec("PRAGMA synchronous = NORMAL");
      try {
        transaction(db, () => {
          for (const each of records) {
            const { id, userId, callId, server, tool, toolDigest, argumentDigest, state, startedAt, endedAt, code } = each;
            put.run(id, userId, callId, server, tool, toolDigest, argumentDigest, state, startedAt, endedAt, code);
          }
        });
      } finally {
        db.exec("PRAGMA synchronous = FULL");
      }
    },
    page: async (userId, { limit, before }) =>
      (before === undefined ? newest.all(userId, limit) : older.all(userId, before, limit)).map(record),
    endRunning: async (now) => Number(endRunning.run(now).changes),
    trim: async (userId, keep) => void trim.run(userId, keep),
    deleteBefore: async (startedAt) => void removeBefore.run(startedAt),
    deleteByUser: async (userId) => void removeByUser.run(userId),
  };
}
