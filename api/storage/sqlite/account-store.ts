import type { DatabaseSync } from "node:sqlite";
import type { AccountRecord, AccountStore, OpenIdName } from "../../ports/stores.ts";
import { transaction } from "./transaction.ts";

type Row = Omit<AccountRecord, "disabled" | "openId"> & { disabled: number; openId: string | null; username: string | null };

const COLUMNS =
  "id, email, name, role, password_hash AS passwordHash, disabled, created_at AS createdAt, openid AS openId, openid_username AS username";

export function sqliteAccountStore(db: DatabaseSync): AccountStore {
  const insert = db.prepare("INSERT INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const hadFirst = db.prepare("SELECT 1 FROM once WHERE name = 'first-account'");
  const markFirst = db.prepare("INSERT INTO once VALUES ('first-account')");
  const byId = db.prepare(`SELECT ${COLUMNS} FROM accounts WHERE id = ?`);
  const byEmail = db.prepare(`SELECT ${COLUMNS} FROM accounts WHERE email = ?`);
  const byOpenId = db.prepare(`SELECT ${COLUMNS} FROM accounts WHERE openid = ?`);
  const list = db.prepare(`SELECT ${COLUMNS} FROM accounts ORDER BY created_at, id`);
  const update = db.prepare(
    "UPDATE OR IGNORE accounts SET name = ?, role = ?, password_hash = ?, disabled = ?, openid = ?, openid_username = ? WHERE id = ?",
  );
  const remove = db.prepare("DELETE FROM accounts WHERE id = ?");

  function insertRow(account: AccountRecord): boolean {
    const { id, email, name, role, passwordHash, disabled, createdAt, openId } = account;
    const at = openIdColumns(openId);
    return insert.run(id, email, name, role, passwordHash, Number(disabled), createdAt, ...at).changes === 1;
  }
  function record(row: unknown): AccountRecord | null {
    if (row === undefined) return null;
    const { disabled, openId, username, ...found } = row as Row;
    if (openId === null) return { ...found, disabled: disabled === 1, openId };
    const [issuer = "", subject = ""] = JSON.parse(openId) as string[];
    return { ...found, disabled: disabled === 1, openId: { issuer, subject, username } };
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
    byOpenId: async (issuer, subject) => record(byOpenId.get(JSON.stringify([issuer, subject]))),
    list: async () => list.all().flatMap((row) => record(row) ?? []),
    update: async (id, change) =>
      transaction(db, () => {
        const old = record(byId.get(id));
        if (old === null) return false;
        const { name = old.name, role = old.role, passwordHash = old.passwordHash, disabled = old.disabled } = change;
        const at = openIdColumns(change.openId === undefined ? old.openId : change.openId);
        return update.run(name, role, passwordHash, Number(disabled), ...at, id).changes === 1;
      }),
    delete: async (id) => remove.run(id).changes === 1,
  };
}

/** Issuer and subject in one text, which is unique. */
function openIdColumns(openId: OpenIdName | null): [string | null, string | null] {
  return openId === null ? [null, null] : [JSON.stringify([openId.issuer, openId.subject]), openId.username];
}
