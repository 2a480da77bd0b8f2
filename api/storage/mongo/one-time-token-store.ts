import type { Connection } from "mongoose";
import type { OneTimeTokenRecord, OneTimeTokenStore } from "../../ports/stores.ts";
import { openCollection } from "./collection.ts";
import { exact } from "./exact.ts";

interface TokenDocument {
  /** The hash of the token. */
  _id: string;
  purpose: OneTimeTokenRecord["purpose"];
  userId: string | null;
  /** A date, because only dates expire by index; that is housekeeping, every read checks by itself. */
  expiresAt: Date;
}

export async function mongoOneTimeTokenStore(connection: Connection): Promise<OneTimeTokenStore> {
  const tokens = await openCollection<TokenDocument>(
    connection,
    "one_time_tokens",
    { _id: String, purpose: String, userId: String, expiresAt: Date },
    [{ fields: { userId: 1 } }, { fields: { expiresAt: 1 }, options: { expireAfterSeconds: 0 } }],
  );
  const valid = (tokenHash: string, purpose: OneTimeTokenRecord["purpose"], now: number) => ({
    _id: exact(tokenHash),
    purpose: exact(purpose) as typeof purpose,
    expiresAt: { $gt: new Date(now) },
  });
  const find: OneTimeTokenStore["find"] = async (tokenHash, purpose, now) => {
    const found = await tokens.findOne(valid(tokenHash, purpose, now)).lean<TokenDocument>();
    return found === null ? null : { tokenHash, purpose, userId: found.userId, expiresAt: found.expiresAt.getTime() };
  };

  return {
    insert: async ({ tokenHash, purpose, userId, expiresAt }) => {
      await tokens.create({ _id: tokenHash, purpose, userId, expiresAt: new Date(expiresAt) });
    },
    find,
    take: async (tokenHash, purpose, now) => {
      // A record never changes, so what was read is what is deleted; of many deletions one counts.
      const found = await find(tokenHash, purpose, now);
      if (found === null) return null;
      const { deletedCount } = await tokens.deleteOne(valid(tokenHash, purpose, now));
      return deletedCount === 1 ? found : null;
    },
    deleteByPurpose: async (purpose) => {
      await tokens.deleteMany({ purpose: exact(purpose) as typeof purpose });
    },
    deleteByUser: async (userId) => {
      await tokens.deleteMany({ userId: exact(userId) });
    },
  };
}
