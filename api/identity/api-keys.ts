import { randomBytes, timingSafeEqual } from "node:crypto";
import type { ApiKeyView } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";
import { DEFAULT_LIMITS } from "../limits.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { ApiKeyRecord, ApiKeyStore } from "../ports/stores.ts";
import { checkAccountFields, invalid } from "./account-fields.ts";
import type { Accounts } from "./accounts.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { noteInPassing } from "./sessions.ts";
import { hashToken, randomToken } from "./tokens.ts";

/** The prefix tells a key from every other bearer token, and secret scanners what they found. */
const KEY = /^pbk_([0-9a-f]{16})_([\w-]{43})$/;
const TOUCH_EVERY_MS = 60_000;

export interface ApiKeysOptions {
  readonly store: ApiKeyStore;
  readonly clock: Clock;
}

export interface CreateApiKeysOptions extends ApiKeysOptions {
  readonly events: Pick<EventSink, "sessionEnded">;
  readonly maxPerUser?: number | undefined;
}

export function createApiKeys({
  store,
  clock,
  events,
  maxPerUser = DEFAULT_LIMITS.apiKeysPerUser,
}: CreateApiKeysOptions): Accounts["apiKeys"] {
  // Counted and made in one go, however many are asked for at once.
  const queued = oneAtATime();

  /** A key that may end must not be a way to one that does not. */
  async function refuseOutliving(madeWith: string, expiresAt: number | null): Promise<void> {
    const ends = (await store.byId(madeWith))?.expiresAt ?? null;
    if (ends === null || (expiresAt !== null && expiresAt <= ends)) return;
    const message = `A key made with a key that expires must expire no later (${new Date(ends).toISOString()}); make it in a browser instead.`;
    throw new AppError("REQUEST_INVALID", message, {
      details: [{ path: "/expiresInDays", expected: "an end no later than that of the key in use" }],
    });
  }

  return {
    list: async (userId) => (await store.listByUser(userId)).map(toView),
    async create({ userId, name, expiresAt, madeWith }) {
      checkAccountFields({ name });
      const now = clock.now();
      if (expiresAt !== null && expiresAt <= now) throw invalid([{ path: "/expiresAt", expected: "in the future" }]);
      if (madeWith !== undefined) await refuseOutliving(madeWith, expiresAt);
      const secret = randomToken();
      const key: ApiKeyRecord = {
        id: randomBytes(8).toString("hex"),
        userId,
        name: name.trim(),
        secretHash: hashToken(secret),
        createdAt: now,
        lastUsedAt: null,
        expiresAt,
      };
      await queued(async () => {
        if ((await store.listByUser(userId)).length >= maxPerUser)
          throw new AppError("LIMIT_REACHED", `You have ${maxPerUser} API keys; delete some of them first.`);
        await store.insert(key);
      });
      return { key: toView(key), secret: `pbk_${key.id}_${secret}` };
    },
    async delete(userId, id) {
      if (!(await store.delete(userId, id))) throw new AppError("API_KEY_UNKNOWN", "There is no such API key.");
      events.sessionEnded(userId, id, "signed_out");
    },
  };
}

/** The key a bearer token stands for; null for anything else, an expired key included. */
export async function findApiKey({ store, clock }: ApiKeysOptions, bearer: string): Promise<ApiKeyRecord | null> {
  const [, id, secret] = KEY.exec(bearer) ?? [];
  if (id === undefined || secret === undefined) return null;
  const key = await store.byId(id);
  const now = clock.now();
  if (key === null || !timingSafeEqual(Buffer.from(key.secretHash, "hex"), Buffer.from(hashToken(secret), "hex"))) return null;
  if (hasExpired(key, now)) return null;
  if (key.lastUsedAt === null || now - key.lastUsedAt >= TOUCH_EVERY_MS) noteInPassing(store.touch(id, now));
  return key;
}

export function hasExpired({ expiresAt }: ApiKeyRecord, now: number): boolean {
  return expiresAt !== null && expiresAt <= now;
}

function toView({ id, name, createdAt, lastUsedAt, expiresAt }: ApiKeyRecord): ApiKeyView {
  return { id, name, createdAt, lastUsedAt, expiresAt };
}
