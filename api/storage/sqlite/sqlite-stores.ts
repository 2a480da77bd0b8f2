import type { Stores } from "../../ports/stores.ts";
import { sqliteAccountStore } from "./account-store.ts";
import { sqliteApiKeyStore } from "./api-key-store.ts";
import { sqliteApprovalStore } from "./approval-store.ts";
import { sqliteCallJournalStore } from "./call-journal-store.ts";
import { sqliteConversationStore } from "./conversation-store.ts";
import { openDatabase, openRelaxed } from "./database.ts";
import { sqliteFlowStore } from "./flow-store.ts";
import { sqliteGrantLock, sqliteGrantStore } from "./grant-store.ts";
import { sqliteInstructionStore } from "./instruction-store.ts";
import { sqliteKeyCheckStore } from "./key-check-store.ts";
import { sqliteOAuthClientStore } from "./oauth-client-store.ts";
import { sqliteOneTimeTokenStore } from "./one-time-token-store.ts";
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
  const version = String(db.prepare("SELECT sqlite_version() AS version").get()?.version);
  return {
    accounts: sqliteAccountStore(db),
    sessions: sqliteSessionStore(db),
    apiKeys: sqliteApiKeyStore(db),
    oneTimeTokens: sqliteOneTimeTokenStore(db),
    userVars: sqliteUserVarStore(db),
    servers: sqliteServerStore(db),
    keyChecks: sqliteKeyCheckStore(db),
    grants: sqliteGrantStore(db, "grants"),
    openIdGrants: sqliteGrantStore(db, "openid_grants"),
    grantLock: sqliteGrantLock(db),
    flows: sqliteFlowStore(db),
    oauthClients: sqliteOAuthClientStore(db),
    permissions: sqlitePermissionStore(db),
    instructions: sqliteInstructionStore(db),
    approvals: sqliteApprovalStore(db),
    sealedValues: sqliteSealedValues(db),
    conversations: sqliteConversationStore(journal),
    calls,
    describe: () => `SQLite ${version} (${path})`,
    ping: async () => void db.prepare("SELECT 1").get(),
    close: async () => {
      if (journal.isOpen) calls.close();
      for (const each of [journal, db]) if (each.isOpen) each.close();
    },
  };
}
