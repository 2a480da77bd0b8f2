import type { DatabaseSync } from "node:sqlite";
import type { GrantLock, GrantRecord, GrantStore } from "../../ports/grant-store.ts";
import { sealedFrom } from "../../ports/sealed-value.ts";

const COLUMNS = `user_id AS userId, server, generation, issuer, scopes, granted_at AS grantedAt, refreshed_at AS refreshedAt,
  expires_at AS expiresAt, sealed`;

/** `table`: which of the two. */
export function sqliteGrantStore(db: DatabaseSync, table: "grants" | "openid_grants"): GrantStore {
  const get = db.prepare(`SELECT ${COLUMNS} FROM ${table} WHERE user_id = ? AND server = ?`);
  const insert = db.prepare(`INSERT INTO ${table} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`);
  const update = db.prepare(
    `UPDATE ${table} SET generation = ?, issuer = ?, scopes = ?, granted_at = ?, refreshed_at = ?, expires_at = ?, sealed = ?
     WHERE user_id = ? AND server = ? AND generation = ?`,
  );
  const remove = db.prepare(`DELETE FROM ${table} WHERE user_id = ? AND server = ? AND generation = ?`);
  const listByUser = db.prepare(`SELECT ${COLUMNS} FROM ${table} WHERE user_id = ? ORDER BY server`);
  const list = db.prepare(`SELECT ${COLUMNS} FROM ${table} ORDER BY user_id, server`);
  const deleteByUser = db.prepare(`DELETE FROM ${table} WHERE user_id = ?`);
  const record = (row: unknown): GrantRecord => {
    const { scopes, sealed, ...rest } = row as Omit<GrantRecord, "scopes" | "sealed"> & { scopes: string; sealed: string };
    return { ...rest, scopes: JSON.parse(scopes), sealed: sealedFrom(sealed) };
  };
  return {
    get: async (userId, server) => {
      const row = get.get(userId, server);
      return row === undefined ? null : record(row);
    },
    put: async ({ userId, server, generation, issuer, scopes, grantedAt, refreshedAt, expiresAt, sealed }, replaces) => {
      const values = [generation, issuer, JSON.stringify(scopes), grantedAt, refreshedAt, expiresAt, JSON.stringify(sealed)];
      const { changes } =
        replaces === null ? insert.run(userId, server, ...values) : update.run(...values, userId, server, replaces);
      return changes === 1;
    },
    remove: async (userId, server, generation) => remove.run(userId, server, generation).changes === 1,
    listByUser: async (userId) => listByUser.all(userId).map(record),
    list: async () => list.all().map(record),
    deleteByUser: async (userId) => void deleteByUser.run(userId),
  };
}

export function sqliteGrantLock(db: DatabaseSync): GrantLock {
  const take = db.prepare(
    `INSERT INTO grant_locks VALUES (?, ?, ?)
     ON CONFLICT DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE until <= ? OR holder = excluded.holder`,
  );
  const release = db.prepare("DELETE FROM grant_locks WHERE key = ? AND holder = ?");
  return {
    take: async (key, holder, { now, until }) => take.run(key, holder, until, now).changes === 1,
    release: async (key, holder) => void release.run(key, holder),
  };
}
