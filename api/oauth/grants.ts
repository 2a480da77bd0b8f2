import type { GrantView, PersonGrantView } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { GrantRecord } from "../ports/grant-store.ts";
import type { Stores } from "../ports/stores.ts";

/** What people allowed us at servers. Tokens never come out of here. */
export interface Grants {
  list(userId: string): Promise<GrantView[]>;
  listAll(): Promise<PersonGrantView[]>;
  /** Revokes it at its authorization server as well as that can be done, deletes it, closes the connection. GRANT_UNKNOWN. */
  revoke(userId: string, server: string): Promise<void>;
}

export interface GrantsOptions {
  stores: Pick<Stores, "grants" | "accounts">;
  /** The person is signed out of the server: what is open there is closed. */
  revoked: (userId: string, server: string) => Promise<void>;
}

const MAX_ROUNDS = 20;

export function createGrants({ stores, revoked }: GrantsOptions): Grants {
  return {
    list: async (userId) => (await stores.grants.listByUser(userId)).map(viewOf),
    async listAll() {
      const people = new Map((await stores.accounts.list()).map((account) => [account.id, account]));
      return (await stores.grants.list()).map((grant) => {
        const { name = null, email = null } = people.get(grant.userId) ?? {};
        return { userId: grant.userId, name, email, ...viewOf(grant) };
      });
    },
    async revoke(userId, server) {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const grant = await stores.grants.get(userId, server);
        if (grant === null) break;
        // One that was renewed in between is another generation: it goes as well.
        if (!(await stores.grants.remove(userId, server, grant.generation))) continue;
        await revoked(userId, server);
        return;
      }
      throw new AppError("GRANT_UNKNOWN", `nobody is signed in to "${server}" here`);
    },
  };
}

function viewOf({ server, issuer, scopes, grantedAt, refreshedAt, expiresAt }: GrantRecord): GrantView {
  return { server, issuer, scopes, grantedAt, refreshedAt, expiresAt };
}
