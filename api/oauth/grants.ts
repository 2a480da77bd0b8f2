import type { ServerConfig } from "../../config/types.ts";
import type { GrantView, PersonGrantView } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { GrantRecord } from "../ports/grant-store.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { Stores } from "../ports/stores.ts";
import type { Grant, GrantVault } from "./grant-vault.ts";
import { clientOfGrant } from "./oauth-client.ts";
import type { ResolvedServer } from "./place.ts";
import { revokeTokens } from "./revoke-tokens.ts";

/** What people allowed us at servers. Tokens never come out of here. */
export interface Grants {
  list(userId: string): Promise<GrantView[]>;
  listAll(): Promise<PersonGrantView[]>;
  /**
   * Deletes it, ends the connection, and revokes it at its authorization server as well as that can be done. `who`: the
   * person themselves; null when somebody else does it for them. GRANT_UNKNOWN.
   */
  revoke(userId: string, server: string, who: Principal | null): Promise<void>;
  /** The same for every sign-in of somebody who goes. Fine when there is none. */
  revokeAll(userId: string): Promise<void>;
}

export interface GrantsOptions {
  stores: Pick<Stores, "grants" | "accounts">;
  vault: GrantVault;
  directory: { get(who: Principal, server: string): ServerConfig };
  resolve: (who: Principal, server: ServerConfig) => Promise<ResolvedServer>;
  clock: Clock;
  logger: Logger;
  /** The person is signed out of the server: what is open there is closed. `byOther`: somebody else did it. */
  revoked: (of: { userId: string; server: string; byOther: boolean }) => Promise<void>;
}

const MAX_ROUNDS = 20;
/** The authorization server may be slow or gone: the person is signed out here all the same. */
const REVOKE_WITHIN_MS = 5_000;

export function createGrants({ stores, vault, directory, resolve, clock, logger, revoked }: GrantsOptions): Grants {
  /** Somebody whose request this is not, as far as they are known here. */
  const personOf = async (userId: string): Promise<Principal> => {
    const { email = "", name = "", role = "USER" } = (await stores.accounts.byId(userId)) ?? {};
    return { userId, email, name, role, sessionId: null, via: "host", fields: { id: userId, email, name, role } };
  };

  /** The grant with its tokens, and the way to who gave it; null when the server is not there any more. */
  const opened = async (userId: string, server: string, who: Principal | null) => {
    try {
      const person = who ?? (await personOf(userId));
      const resolved = await resolve(person, directory.get(person, server));
      const grant = await vault.read({ userId, server, origin: new URL(resolved.url).origin });
      return grant === null ? null : { grant, resolved };
    } catch {
      return null;
    }
  };

  const revokeThere = async ({ grant, resolved }: { grant: Grant; resolved: ResolvedServer }) => {
    const { client, place } = grant.secrets;
    const asking = (async () => revokeTokens(grant, clientOfGrant(resolved, client, place), resolved.fetch))().catch(() => false);
    let stop = () => {};
    const late = new Promise<boolean>((resolve) => {
      stop = clock.setTimer(REVOKE_WITHIN_MS, () => resolve(false));
    });
    const isDone = await Promise.race([asking, late]);
    stop();
    const { userId, server, issuer } = grant;
    logger.info({ userId, server, issuer, isRevokedThere: isDone }, "a sign-in was revoked");
  };

  const revoke: Grants["revoke"] = async (userId, server, who) => {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const record = await stores.grants.get(userId, server);
      if (record === null) break;
      const found = await opened(userId, server, who);
      // One that was renewed in between is another generation: it goes as well.
      if (!(await stores.grants.remove(userId, server, record.generation))) continue;
      await revoked({ userId, server, byOther: who === null });
      if (found !== null) await revokeThere(found);
      return;
    }
    throw new AppError("GRANT_UNKNOWN", `nobody is signed in to "${server}" here`);
  };

  return {
    list: async (userId) => (await stores.grants.listByUser(userId)).map(viewOf),
    async listAll() {
      const people = new Map((await stores.accounts.list()).map((account) => [account.id, account]));
      return (await stores.grants.list()).map((grant) => {
        const { name = null, email = null } = people.get(grant.userId) ?? {};
        return { userId: grant.userId, name, email, ...viewOf(grant) };
      });
    },
    revoke,
    async revokeAll(userId) {
      const grants = await stores.grants.listByUser(userId);
      // One that is gone in between is what is wanted.
      await Promise.all(grants.map(({ server }) => revoke(userId, server, null).catch(unlessUnknown)));
    },
  };
}

function viewOf({ server, issuer, scopes, grantedAt, refreshedAt, expiresAt }: GrantRecord): GrantView {
  return { server, issuer, scopes, grantedAt, refreshedAt, expiresAt };
}

function unlessUnknown(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== "GRANT_UNKNOWN") throw error;
}
