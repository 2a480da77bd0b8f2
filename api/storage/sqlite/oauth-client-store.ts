import type { DatabaseSync } from "node:sqlite";
import type { OAuthClientRecord, OAuthClientStore } from "../../ports/grant-store.ts";
import { sealedFrom } from "../../ports/sealed-value.ts";

export function sqliteOAuthClientStore(db: DatabaseSync): OAuthClientStore {
  const get = db.prepare("SELECT key, issuer, created_at AS createdAt, sealed FROM oauth_clients WHERE key = ?");
  const insert = db.prepare("INSERT INTO oauth_clients VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const remove = db.prepare("DELETE FROM oauth_clients WHERE key = ?");
  const read = (key: string): OAuthClientRecord | null => {
    const row = get.get(key) as (Omit<OAuthClientRecord, "sealed"> & { sealed: string }) | undefined;
    return row === undefined ? null : { ...row, sealed: sealedFrom(row.sealed) };
  };
  return {
    get: async (key) => read(key),
    getOrPut: async (client) => {
      insert.run(client.key, client.issuer, client.createdAt, JSON.stringify(client.sealed));
      return read(client.key) ?? client;
    },
    delete: async (key) => void remove.run(key),
  };
}
