import type { DatabaseSync } from "node:sqlite";
import type { FlowRecord, FlowStore } from "../../ports/flow-store.ts";
import { sealedFrom } from "../../ports/sealed-value.ts";

const COLUMNS = `id, state_hash AS stateHash, user_id AS userId, server, browser_hash AS browserHash, status, code, message,
  created_at AS createdAt, expires_at AS expiresAt, forget_at AS forgetAt, sealed`;

export function sqliteFlowStore(db: DatabaseSync): FlowStore {
  const insert = db.prepare("INSERT INTO flows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const forget = db.prepare("DELETE FROM flows WHERE forget_at <= ?");
  const byId = db.prepare(`SELECT ${COLUMNS} FROM flows WHERE id = ?`);
  const byState = db.prepare(`SELECT ${COLUMNS} FROM flows WHERE state_hash = ?`);
  const unfinished = db.prepare(
    `SELECT ${COLUMNS} FROM flows WHERE user_id = ? AND server = ? AND status IN ('pending', 'taken') AND expires_at > ?
     ORDER BY created_at DESC, id`,
  );
  const take = db.prepare(
    `UPDATE flows SET status = 'taken' WHERE id = ? AND status = 'pending' AND expires_at > ? RETURNING ${COLUMNS}`,
  );
  const end = db.prepare(
    "UPDATE flows SET status = ?, code = ?, message = ?, sealed = NULL WHERE id = ? AND status IN ('pending', 'taken')",
  );
  const deleteByUser = db.prepare("DELETE FROM flows WHERE user_id = ?");
  const record = (row: unknown): FlowRecord | null => {
    if (row === undefined) return null;
    const { sealed, ...rest } = row as Omit<FlowRecord, "sealed"> & { sealed: string | null };
    return { ...rest, sealed: sealed === null ? null : sealedFrom(sealed) };
  };
  return {
    insert: async (flow) => {
      forget.run(flow.createdAt);
      const { id, stateHash, userId, server, browserHash, status, code, message, createdAt, expiresAt, forgetAt, sealed } = flow;
      const secrets = sealed === null ? null : JSON.stringify(sealed);
      insert.run(id, stateHash, userId, server, browserHash, status, code, message, createdAt, expiresAt, forgetAt, secrets);
    },
    byId: async (id) => record(byId.get(id)),
    byState: async (stateHash) => record(byState.get(stateHash)),
    unfinished: async (userId, server, now) => unfinished.all(userId, server, now).flatMap((row) => record(row) ?? []),
    take: async (id, now) => record(take.get(id, now)),
    end: async (id, { status, code, message }) => end.run(status, code, message, id).changes === 1,
    deleteByUser: async (userId) => void deleteByUser.run(userId),
  };
}
