import type { DatabaseSync } from "node:sqlite";
import type { ApprovalRecord, ApprovalStore } from "../../ports/permission-store.ts";

const COLUMNS = `id, user_id AS userId, server, tool, server_digest AS serverDigest, tool_digest AS toolDigest,
  argument_digest AS argumentDigest, arguments, question, context, state, reason, created_at AS createdAt,
  expires_at AS expiresAt, ended_at AS endedAt`;

export function sqliteApprovalStore(db: DatabaseSync): ApprovalStore {
  const insert = db.prepare("INSERT INTO approvals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const get = db.prepare(`SELECT ${COLUMNS} FROM approvals WHERE id = ?`);
  const list = db.prepare(`SELECT ${COLUMNS} FROM approvals WHERE user_id = ? AND state = ? ORDER BY created_at, id`);
  const overdue = db.prepare(
    `SELECT ${COLUMNS} FROM approvals WHERE ended_at IS NULL AND expires_at <= ? ORDER BY expires_at, id LIMIT 100`,
  );
  const deleteEndedBefore = db.prepare("DELETE FROM approvals WHERE ended_at < ?");
  const deleteByUser = db.prepare("DELETE FROM approvals WHERE user_id = ?");
  const change = db.prepare(
    `UPDATE approvals SET state = ?, arguments = ?, argument_digest = ?, reason = ?, expires_at = ?, ended_at = ?
     WHERE id = ? AND state = ?`,
  );
  const record = (row: unknown): ApprovalRecord => ({ ...(row as ApprovalRecord) });
  const find = (id: string) => {
    const row = get.get(id);
    return row === undefined ? null : record(row);
  };
  return {
    insert: async (each) => {
      const { id, userId, server, tool, serverDigest, toolDigest, argumentDigest, question, context, state } = each;
      const digests = [serverDigest, toolDigest, argumentDigest];
      const said = [each.arguments, question, context, state, each.reason, each.createdAt, each.expiresAt, each.endedAt];
      insert.run(id, userId, server, tool, ...digests, ...said);
    },
    get: async (id) => find(id),
    list: async (userId, state) => list.all(userId, state).map(record),
    change: async (id, from, to) => {
      const before = find(id);
      if (before === null) return false;
      const { state, arguments: args, argumentDigest, reason, expiresAt, endedAt } = { ...before, ...to };
      return change.run(state, args, argumentDigest, reason, expiresAt, endedAt, id, from).changes === 1;
    },
    overdue: async (now) => overdue.all(now).map(record),
    deleteEndedBefore: async (endedAt) => void deleteEndedBefore.run(endedAt),
    deleteByUser: async (userId) => void deleteByUser.run(userId),
  };
}
