import type { GrantRecord, GrantStore } from "../ports/grant-store.ts";
import type { SealContext, SecretBox } from "../ports/secret-box.ts";
import type { OpenIdGiven } from "./openid-provider.ts";

/** What the provider gave in one session of one person, in the open. */
export interface OpenIdGrant extends Omit<GrantRecord, "sealed" | "server"> {
  readonly sessionId: string;
  readonly given: OpenIdGiven;
  readonly subject: string;
}

export interface OpenIdVault {
  /** Puts down what a sign-in gave, and forgets that of sessions that are no more. */
  begin(grant: Omit<OpenIdGrant, "generation">, alive: readonly string[]): Promise<void>;
  read(userId: string, sessionId: string): Promise<OpenIdGrant | null>;
  /** The one written last, of any session: for programs with a key, and what goes on in the background. */
  newest(userId: string): Promise<OpenIdGrant | null>;
  /** In the place of the one that was read; false when somebody was faster, or it is gone. */
  renew(grant: OpenIdGrant, given: OpenIdGiven, now: number): Promise<boolean>;
  remove(userId: string, sessionId: string, generation: number): Promise<boolean>;
  /** Whatever is there of this session; of all of them with null. */
  forget(userId: string, sessionId: string | null): Promise<void>;
}

export function openIdVault({ store, box }: { store: GrantStore; box: SecretBox }): OpenIdVault {
  const sealedAs = (grant: OpenIdGrant): GrantRecord => {
    const { given, subject, sessionId, ...record } = grant;
    return { ...record, server: sessionId, sealed: box.seal(contextOf(grant), JSON.stringify({ given, subject })) };
  };
  const opened = ({ sealed, server, ...record }: GrantRecord): OpenIdGrant | null => {
    const plain = box.open(contextOf({ ...record, sessionId: server }), sealed);
    return plain === null
      ? null
      : { ...record, sessionId: server, ...(JSON.parse(plain) as Pick<OpenIdGrant, "given" | "subject">) };
  };
  return {
    async begin(grant, alive) {
      for (const { server, generation } of await store.listByUser(grant.userId))
        if (!alive.includes(server)) await store.remove(grant.userId, server, generation);
      await store.put(sealedAs({ ...grant, generation: 1 }), null);
    },
    async read(userId, sessionId) {
      const record = await store.get(userId, sessionId);
      return record === null ? null : opened(record);
    },
    async newest(userId) {
      const writtenAt = ({ refreshedAt, grantedAt }: GrantRecord) => refreshedAt ?? grantedAt;
      const [last] = (await store.listByUser(userId)).sort((one, other) => writtenAt(other) - writtenAt(one));
      return last === undefined ? null : opened(last);
    },
    renew: (grant, given, now) => {
      const next = { ...grant, given, generation: grant.generation + 1, refreshedAt: now, expiresAt: given.expiresAt };
      return store.put(sealedAs(next), grant.generation);
    },
    remove: (userId, sessionId, generation) => store.remove(userId, sessionId, generation),
    async forget(userId, sessionId) {
      if (sessionId === null) return store.deleteByUser(userId);
      // Whoever renews it at this moment is asked to lose: what is there then is removed as well.
      for (let found = await store.get(userId, sessionId); found !== null; found = await store.get(userId, sessionId))
        await store.remove(userId, sessionId, found.generation);
    },
  };
}

function contextOf({
  userId,
  sessionId,
  issuer,
  generation,
}: Pick<OpenIdGrant, "userId" | "sessionId" | "issuer" | "generation">): SealContext {
  return { purpose: "openid-grant", userId, server: sessionId, origin: issuer, name: String(generation) };
}
