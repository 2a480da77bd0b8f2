import { describe, expect, it } from "vitest";
import { describeAccountStore } from "./account-store.contract.ts";
import { describeApiKeyStore } from "./api-key-store.contract.ts";
import { describeCallJournalStore } from "./call-journal-store.contract.ts";
import { describeConversationStore } from "./conversation-store.contract.ts";
import { describeFlowStore } from "./flow-store.contract.ts";
import { describeGrantStore } from "./grant-store.contract.ts";
import { describeInstructionStore } from "./instruction-store.contract.ts";
import { describeKeyCheckStore } from "./key-check-store.contract.ts";
import { describeOneTimeTokenStore } from "./one-time-token-store.contract.ts";
import { freshStores, type Open } from "./open-stores.ts";
import { describePermissionStore } from "./permission-store.contract.ts";
import { describeSealedValues } from "./sealed-values.contract.ts";
import { describeServerStore } from "./server-store.contract.ts";
import { describeSessionStore } from "./session-store.contract.ts";
import { describeUserVarStore } from "./user-var-store.contract.ts";

/** Every promise of `api/ports/stores.ts`. */
export function describeStores(name: string, open: Open): void {
  describeAccountStore(name, open);
  describeSessionStore(name, open);
  describeApiKeyStore(name, open);
  describeOneTimeTokenStore(name, open);
  describeUserVarStore(name, open);
  describeServerStore(name, open);
  describeKeyCheckStore(name, open);
  describeCallJournalStore(name, open);
  describeGrantStore(name, open);
  describeGrantStore(name, open, "openIdGrants");
  describeConversationStore(name, open);
  describeFlowStore(name, open);
  describePermissionStore(name, open);
  describeInstructionStore(name, open);
  describeSealedValues(name, open);

  describe(`${name} as a whole`, () => {
    const fresh = freshStores(open);

    it("answers a ping while it is open and refuses afterwards", async () => {
      const { stores } = fresh.now;
      await stores.ping();
      await stores.close();
      await expect(stores.ping()).rejects.toThrow();
      await expect(stores.accounts.list()).rejects.toThrow();
    });

    it("may be closed twice", async () => {
      await fresh.now.stores.close();
      await fresh.now.stores.close();
    });

    it("says what it is", () => {
      expect(fresh.now.stores.describe()).toMatch(/^(SQLite|MongoDB) \d+\.\d+\.\d+.* \(.+\)$/);
    });
  });
}
