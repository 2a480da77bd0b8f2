import type { DatabaseSync } from "node:sqlite";
import { StartRefused } from "../start-refused.ts";
import { transaction } from "./transaction.ts";

/** Step n leads from version n to n + 1. A released step never changes; new ones go to the end. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE accounts (
    id TEXT PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL,
    password_hash TEXT, disabled INTEGER NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  -- What may happen once in the life of this database.
  CREATE TABLE once (name TEXT PRIMARY KEY) STRICT;
  CREATE TABLE sessions (
    id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL,
    created_at INTEGER NOT NULL, last_seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sessions_by_user ON sessions (user_id);
  CREATE INDEX sessions_by_end ON sessions (expires_at);
  CREATE TABLE api_keys (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, name TEXT NOT NULL, secret_hash TEXT NOT NULL,
    created_at INTEGER NOT NULL, last_used_at INTEGER, expires_at INTEGER
  ) STRICT;
  CREATE INDEX api_keys_by_user ON api_keys (user_id);
  CREATE TABLE one_time_tokens (
    token_hash TEXT PRIMARY KEY, purpose TEXT NOT NULL, user_id TEXT, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX one_time_tokens_by_user ON one_time_tokens (user_id);
  CREATE TABLE user_vars (
    user_id TEXT NOT NULL, server TEXT NOT NULL, name TEXT NOT NULL,
    v INTEGER NOT NULL, kid TEXT NOT NULL, nonce TEXT NOT NULL, ciphertext TEXT NOT NULL, tag TEXT NOT NULL,
    PRIMARY KEY (user_id, server, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE servers (
    name TEXT PRIMARY KEY, owner_id TEXT NOT NULL, config TEXT NOT NULL,
    created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE key_checks (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  `,
  `
  CREATE TABLE calls (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, call_id TEXT NOT NULL, server TEXT NOT NULL, tool TEXT NOT NULL,
    tool_digest TEXT NOT NULL, argument_digest TEXT NOT NULL, state TEXT NOT NULL,
    started_at INTEGER NOT NULL, ended_at INTEGER, code TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX calls_by_user ON calls (user_id, started_at, id);
  CREATE INDEX calls_by_start ON calls (started_at);
  CREATE INDEX calls_running ON calls (state) WHERE state = 'running';
  `,
  `
  CREATE TABLE grants (
    user_id TEXT NOT NULL, server TEXT NOT NULL, generation INTEGER NOT NULL, issuer TEXT NOT NULL, scopes TEXT NOT NULL,
    granted_at INTEGER NOT NULL, refreshed_at INTEGER, expires_at INTEGER, sealed TEXT NOT NULL,
    PRIMARY KEY (user_id, server)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE grant_locks (key TEXT PRIMARY KEY, holder TEXT NOT NULL, until INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE oauth_clients (
    key TEXT PRIMARY KEY, issuer TEXT NOT NULL, created_at INTEGER NOT NULL, sealed TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE flows (
    id TEXT PRIMARY KEY, state_hash TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, server TEXT NOT NULL,
    browser_hash TEXT NOT NULL, status TEXT NOT NULL, code TEXT, message TEXT, created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, forget_at INTEGER NOT NULL, sealed TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX flows_by_user ON flows (user_id, server);
  CREATE INDEX flows_by_end ON flows (forget_at);
  `,
  `
  UPDATE calls SET id = printf('%012x', started_at) || substr(id, 13);
  DROP INDEX calls_by_user;
  CREATE INDEX calls_by_user ON calls (user_id, id);
  `,
  `
  CREATE TABLE sealed_user_vars (
    user_id TEXT NOT NULL, server TEXT NOT NULL, name TEXT NOT NULL, sealed TEXT NOT NULL, PRIMARY KEY (user_id, server, name)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO sealed_user_vars SELECT user_id, server, name,
    json_object('v', v, 'kid', kid, 'nonce', nonce, 'ciphertext', ciphertext, 'tag', tag, 'place', '') FROM user_vars;
  DROP TABLE user_vars;
  ALTER TABLE sealed_user_vars RENAME TO user_vars;
  `,
  `
  ALTER TABLE accounts ADD COLUMN openid TEXT;
  ALTER TABLE accounts ADD COLUMN openid_username TEXT;
  CREATE UNIQUE INDEX accounts_by_openid ON accounts (openid) WHERE openid IS NOT NULL;
  CREATE TABLE openid_grants (
    user_id TEXT NOT NULL, server TEXT NOT NULL, generation INTEGER NOT NULL, issuer TEXT NOT NULL, scopes TEXT NOT NULL,
    granted_at INTEGER NOT NULL, refreshed_at INTEGER, expires_at INTEGER, sealed TEXT NOT NULL,
    PRIMARY KEY (user_id, server)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  -- An empty user_id: an admin's word for everybody.
  CREATE TABLE permissions (
    user_id TEXT NOT NULL, server TEXT NOT NULL, tool TEXT NOT NULL, permission TEXT NOT NULL, server_digest TEXT NOT NULL,
    tool_digest TEXT NOT NULL, definition TEXT, set_at INTEGER NOT NULL, PRIMARY KEY (user_id, server, tool)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX permissions_by_server ON permissions (server);
  CREATE TABLE approvals (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, server TEXT NOT NULL, tool TEXT NOT NULL, server_digest TEXT NOT NULL,
    tool_digest TEXT NOT NULL, argument_digest TEXT NOT NULL, arguments TEXT, question TEXT NOT NULL, context TEXT,
    state TEXT NOT NULL, reason TEXT, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, ended_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX approvals_by_user ON approvals (user_id, state);
  CREATE INDEX approvals_open ON approvals (expires_at) WHERE ended_at IS NULL;
  CREATE INDEX approvals_by_end ON approvals (ended_at);
  `,
  `
  CREATE TABLE conversations (
    id TEXT PRIMARY KEY, user_id TEXT NOT NULL, title TEXT NOT NULL, title_search TEXT NOT NULL, servers TEXT NOT NULL,
    model TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, is_running INTEGER NOT NULL,
    search_text TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX conversations_by_user ON conversations (user_id, updated_at, id);
  CREATE INDEX conversations_running ON conversations (id) WHERE is_running = 1;
  CREATE TABLE chat_events (
    conversation_id TEXT NOT NULL, seq INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (conversation_id, seq)
  ) STRICT;
  `,
  `
  CREATE TABLE instructions (
    user_id TEXT NOT NULL, server TEXT NOT NULL, version INTEGER NOT NULL, text TEXT NOT NULL, before TEXT,
    seen_at INTEGER NOT NULL, PRIMARY KEY (user_id, server)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX instructions_by_server ON instructions (server);
  `,
  `
  -- One tree instead of three: it is written for every call.
  CREATE TABLE calls_of (
    user_id TEXT NOT NULL, id TEXT NOT NULL, call_id TEXT NOT NULL, server TEXT NOT NULL, tool TEXT NOT NULL,
    tool_digest TEXT NOT NULL, argument_digest TEXT NOT NULL, state TEXT NOT NULL,
    started_at INTEGER NOT NULL, ended_at INTEGER, code TEXT, PRIMARY KEY (user_id, id)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO calls_of
    SELECT user_id, id, call_id, server, tool, tool_digest, argument_digest, state, started_at, ended_at, code FROM calls;
  DROP TABLE calls;
  ALTER TABLE calls_of RENAME TO calls;
  CREATE INDEX calls_running ON calls (state) WHERE state = 'running';
  `,
];

export const NEWEST_SCHEMA = MIGRATIONS.length;

/** Brings the tables up to date in one transaction. Two processes may do it at once: the second finds it done. */
export function migrate(db: DatabaseSync, path: string): void {
  transaction(db, () => {
    const version = Number(db.prepare("PRAGMA user_version").get()?.user_version ?? 0);
    if (version > MIGRATIONS.length) {
      throw new StartRefused(
        "SCHEMA_TOO_NEW",
        `${path} was written by a newer Patchbay (its schema is ${version}, this one knows up to ${MIGRATIONS.length}).`,
        "Start the newer Patchbay again, or restore a backup that this one wrote.",
      );
    }
    for (const step of MIGRATIONS.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}
