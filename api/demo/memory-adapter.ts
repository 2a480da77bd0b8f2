import type { Adapter, AdapterFactory, AdapterPayload } from "oidc-provider";

/** More than a demo needs; the oldest makes room. */
const MAX_ENTRIES = 5000;

interface Kept {
  readonly payload: AdapterPayload;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Where an authorization server keeps what it gave out: in memory, one book a server, gone with the process. */
export function memoryAdapter(): AdapterFactory {
  const book = new Map<string, Kept>();
  const alive = (key: string): AdapterPayload | undefined => {
    const kept = book.get(key);
    if (kept !== undefined && kept.until > Date.now()) return kept.payload;
    book.delete(key);
    return undefined;
  };
  const found = (of: (payload: AdapterPayload) => boolean, prefix: string): AdapterPayload | undefined => {
    const entry = book.entries().find(([key, { payload }]) => key.startsWith(prefix) && of(payload));
    return entry === undefined ? undefined : alive(entry[0]);
  };
  return (model): Adapter => ({
    async upsert(id, payload, expiresInS) {
      book.delete(`${model}:${id}`);
      book.set(`${model}:${id}`, { payload, until: expiresInS ? Date.now() + expiresInS * 1000 : Number.POSITIVE_INFINITY });
      const [oldest = ""] = book.keys();
      if (book.size > MAX_ENTRIES) book.delete(oldest);
    },
    find: async (id) => alive(`${model}:${id}`),
    findByUid: async (uid) => found((payload) => payload.uid === uid, `${model}:`),
    findByUserCode: async (code) => found((payload) => payload.userCode === code, `${model}:`),
    async consume(id) {
      const payload = alive(`${model}:${id}`);
      if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
    },
    async destroy(id) {
      book.delete(`${model}:${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of book) if (payload.grantId === grantId) book.delete(key);
    },
  });
}
