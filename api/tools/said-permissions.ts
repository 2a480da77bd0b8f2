import type { Clock } from "../ports/clock.ts";
import type { PermissionRecord, PermissionStore } from "../ports/permission-store.ts";

/** What one person (or, with null, an admin for everybody) said, by server and tool. */
export type Said = ReadonlyMap<string, ReadonlyMap<string, PermissionRecord>>;

/** What was said about functions, in memory: a call asks at once, and seldom waits for a database. */
export interface SaidPermissions {
  /** Null when it is not in memory, or not fresh any more. */
  known(userId: string | null): Said | null;
  load(userId: string | null): Promise<Said>;
  put(records: readonly PermissionRecord[]): Promise<void>;
  remove(userId: string | null, server: string, tools: readonly string[]): Promise<void>;
  deleteByServer(server: string): Promise<void>;
  /** Grows with every change: who has asked and waited since then asks again. */
  readonly revision: number;
}

/** How long another process's change may go unseen. Changes made here hold at once. */
const KEEP_MS = 1_000;
const MAX_KEPT = 10_000;

export function saidPermissions({ store, clock }: { store: PermissionStore; clock: Clock }): SaidPermissions {
  const kept = new Map<string | null, { readonly said: Said; readonly until: number }>();
  const loading = new Map<string | null, Promise<Said>>();
  let revision = 0;
  /** Nobody may go on with what was read before the write has ended. */
  const writing = async (work: () => Promise<void>) => {
    const forget = () => {
      revision += 1;
      kept.clear();
      loading.clear();
    };
    forget();
    try {
      await work();
    } finally {
      forget();
    }
  };
  const read = async (userId: string | null): Promise<Said> => {
    const before = revision;
    const said = byServer(await store.list(userId));
    if (before !== revision) return said;
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(userId, { said, until: clock.steady() + KEEP_MS });
    return said;
  };
  return {
    known(userId) {
      const found = kept.get(userId);
      return found !== undefined && found.until > clock.steady() ? found.said : null;
    },
    load(userId) {
      const running = loading.get(userId);
      if (running !== undefined) return running;
      const started = read(userId).finally(() => {
        if (loading.get(userId) === started) loading.delete(userId);
      });
      loading.set(userId, started);
      return started;
    },
    put: (records) => writing(() => store.put(records)),
    remove: (userId, server, tools) => writing(() => store.remove(userId, server, tools)),
    deleteByServer: (server) => writing(() => store.deleteByServer(server)),
    get revision() {
      return revision;
    },
  };
}

function byServer(records: readonly PermissionRecord[]): Said {
  const grouped = Map.groupBy(records, ({ server }) => server);
  return new Map([...grouped].map(([server, each]) => [server, new Map(each.map((record) => [record.tool, record]))]));
}
