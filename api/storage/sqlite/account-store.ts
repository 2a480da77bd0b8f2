import type { DatabaseSync } from "node:sqlite";
import type { AccountRecord, AccountStore } from "../../ports/stores.ts";
import { transaction } from "./transaction.ts";

type Row = Omit<AccountRecord, "disabled"> & { disabled: number };

const COLUMNS = "id, email, name, role, password_hash AS passwordHash, disabled, created_at AS createdAt";

export function sqliteAccountStore(db: DatabaseSync): AccountStore {
  const insert = db.prepare("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const hadFirst = db.prepare("SELECT 1 FROM once WHERE name = 'first-account'");
  const markFirst = db.prepare("INSERT INTO once VALUES ('first-account')");
  const byId = db.prepare(`SELECT ${COLUMNS} FROM accounts WHERE id = ?`);
  const byEmail = db.prepare(`SELECT ${COLUMNS} FROM accounts WHERE email = ?`);
  const list = db.prepare(`SELECT ${COLUMNS} FROM accounts ORDER BY created_at, id`);
  const update = db.prepare("UPDATE accounts SET name = ?, role = ?, password_hash = ?, disabled = ? WHERE id = ?");
  const remove = db.prepare("DELETE FROM accounts WHERE id = ?");

  function insertRow(account: AccountRecord): boolean {
    const { id, email, name, role, passwordHash, disabled, createdAt } = account;
    return insert.run(id, email, name, role, passwordHash, Number(disabled), createdAt).changes === 1;
  }
  function record(row: unknown): AccountRecord | null {
    if (row === undefined) return null;
    const found = row as Row;
    return { ...found, disabled: found.disabled === 1 };
  }

  return {
    insert: async (account) => insertRow(account),
    insertFirst: async (account) =>
      transaction(db, () => {
        if (hadFirst.get() !== undefined || !insertRow(account)) return false;
        markFirst.run();
        return true;
      }),
    byId: async (id) => record(byId.get(id)),
    byEmail: async (email) => record(byEmail.get(email)),
    list: async () => list.all().flatMap((row) => record(row) ?? []),
    update: async (id, change) =>
      transaction(db, () => {
        const old = record(byId.get(id));
        if (old === null) return false;
        const { name = old.name, role = old.role, passwordHash = old.passwordHash, disabled = old.disabled } = change;
        update.run(name, role, passwordHash, Number(disabled), id);
        return true;
      }),
    delete: async (id) => remove.run(id).changes === 1,
  };
}
