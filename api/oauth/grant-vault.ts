import type { GrantRecord, GrantStore } from "../ports/grant-store.ts";
import type { SealContext, SecretBox } from "../ports/secret-box.ts";
import type { DpopKey } from "./dpop-key.ts";
import type { OAuthClient } from "./oauth-client.ts";
import type { Place } from "./place.ts";
import type { Tokens } from "./token-endpoint.ts";

/** Everything needed to use and renew a grant. Sealed wherever it rests. */
export interface GrantSecrets {
  readonly tokens: Tokens;
  readonly place: Place;
  /** A configured client is read from the configuration of now: its secret may have been changed there. */
  readonly client: OAuthClient;
  readonly redirectUri: string;
  /** What the tokens are bound to, where the operator wants that. */
  readonly dpopKey: DpopKey | null;
  /** What was asked for, which may be more than what was given. */
  readonly requestedScopes: readonly string[];
}

export interface Grant extends Omit<GrantRecord, "sealed"> {
  readonly secrets: GrantSecrets;
}

/** Whose grant, where. `origin`: what the tokens may be sent to; a server that moves elsewhere finds no grant. */
export interface GrantKey {
  readonly userId: string;
  readonly server: string;
  readonly origin: string;
}

export interface GrantVault {
  /** Null when there is none, or none for this origin. */
  read(key: GrantKey): Promise<Grant | null>;
  /** Writes the generation after `replaces`; null when another writer was first. */
  write(grant: Omit<Grant, "generation">, origin: string, replaces: number): Promise<Grant | null>;
  /** A new sign-in: takes the place of whatever is there. */
  replace(grant: Omit<Grant, "generation">, origin: string): Promise<Grant>;
  remove(key: GrantKey, generation: number): Promise<boolean>;
}

/** Each round one writer wins; this many losses in a row are a fault, not a crowd. */
const MAX_ROUNDS = 50;

export function grantVault({ store, box }: { store: GrantStore; box: SecretBox }): GrantVault {
  const contextOf = ({ userId, server, issuer, generation }: Omit<GrantRecord, "sealed">, origin: string): SealContext => ({
    purpose: "grant",
    userId,
    server,
    origin,
    name: JSON.stringify([issuer, generation]),
  });
  const put = ({ secrets, ...record }: Grant, origin: string, replaces: number | null) =>
    store.put({ ...record, sealed: box.seal(contextOf(record, origin), JSON.stringify(secrets)) }, replaces);
  return {
    async read({ userId, server, origin }) {
      const record = await store.get(userId, server);
      const plain = record === null ? null : box.open(contextOf(record, origin), record.sealed);
      if (record === null || plain === null) return null;
      const { sealed: _, ...rest } = record;
      return { ...rest, secrets: JSON.parse(plain) as GrantSecrets };
    },
    async write(fresh, origin, replaces) {
      const grant: Grant = { ...fresh, generation: replaces + 1 };
      return (await put(grant, origin, replaces)) ? grant : null;
    },
    async replace(fresh, origin) {
      for (let round = 0; round < MAX_ROUNDS; round += 1) {
        const there = (await store.get(fresh.userId, fresh.server))?.generation ?? null;
        // By the time: after a removal the numbers do not begin again, or a late writer could take this one for its own.
        const generation = Math.max((there ?? 0) + 1, fresh.grantedAt);
        const grant: Grant = { ...fresh, generation };
        if (await put(grant, origin, there)) return grant;
      }
      throw new Error("This grant is being written by too many others at once.");
    },
    remove: ({ userId, server }, generation) => store.remove(userId, server, generation),
  };
}
