import { existsSync } from "node:fs";
import type { CallJournalStore, Stores } from "../../ports/stores.ts";
import { sqliteAccountStore } from "./account-store.ts";
import { sqliteApiKeyStore } from "./api-key-store.ts";
import { sqliteApprovalStore } from "./approval-store.ts";
import { sqliteCallJournalStore } from "./call-journal-store.ts";
import { sqliteConversationStore } from "./conversation-store.ts";
import { openDatabase, openRelaxed, START_WAIT_MS, waitAtMost } from "./database.ts";
import { sqliteFlowStore } from "./flow-store.ts";
import { sqliteGrantLock, sqliteGrantStore } from "./grant-store.ts";
import { sqliteInstructionStore } from "./instruction-store.ts";
import { sqliteKeyCheckStore } from "./key-check-store.ts";
import { sqliteOAuthClientStore } from "./oauth-client-store.ts";
import { sqliteOneTimeTokenStore } from "./one-time-token-store.ts";
import { patient } from "./patient-stores.ts";
import { sqlitePermissionStore } from "./permission-store.ts";
import { sqliteSealedValues } from "./sealed-values.ts";
import { sqliteServerStore } from "./server-store.ts";
import { sqliteSessionStore } from "./session-store.ts";
import { sqliteUserVarStore } from "./user-var-store.ts";

/**
 * All stores in one SQLite file: what a method acknowledged outlives kill -9.
 * Creates file and directory; throws `StartRefused` for a file it must not touch. `:memory:` works too.
 */
export function openSqliteStores(path: string): Stores {
  const db = openDatabase(path);
  const journal = openRelaxed(db, path);
  const calls = sqliteCallJournalStore(journal, path);
  for (const each of [db, journal]) waitAtMost(each, 0);
  const sealed = sqliteSealedValues(db);
  const version = String(db.prepare("SELECT sqlite_version() AS version").get()?.version);
  return {
    accounts: patient(sqliteAccountStore(db)),
    sessions: patient(sqliteSessionStore(db)),
    apiKeys: patient(sqliteApiKeyStore(db)),
    oneTimeTokens: patient(sqliteOneTimeTokenStore(db)),
    userVars: patient(sqliteUserVarStore(db)),
    servers: patient(sqliteServerStore(db)),
    keyChecks: patient(sqliteKeyCheckStore(db)),
    grants: patient(sqliteGrantStore(db, "grants")),
    openIdGrants: patient(sqliteGrantStore(db, "openid_grants")),
    grantLock: patient(sqliteGrantLock(db)),
    flows: patient(sqliteFlowStore(db)),
    oauthClients: patient(sqliteOAuthClientStore(db)),
    permissions: patient(sqlitePermissionStore(db)),
    instructions: patient(sqliteInstructionStore(db)),
    approvals: patient(sqliteApprovalStore(db)),
    sealedValues: { all: sealed.all, ...patient({ exchange: sealed.exchange, remove: sealed.remove }) },
    conversations: patient(sqliteConversationStore(journal)),
    calls: patient<CallJournalStore>(calls),
    describe: () => `SQLite ${version} (${path})`,
    ping: async () => {
      // Removed or moved away while it is open it works on, and is gone with this process.
      if (path !== ":memory:" && !existsSync(path)) throw new Error(`${path} is gone: nothing that is written now will be kept`);
      db.prepare("SELECT 1").get();
    },
    close: async () => {
      if (journal.isOpen) {
        waitAtMost(journal, START_WAIT_MS);
        calls.close();
      }
      for (const each of [journal, db]) if (each.isOpen) each.close();
    },
  };
}
