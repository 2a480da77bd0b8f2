import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../api/ports/clock.ts";
import { withShortMemory } from "../../api/storage/short-memory.ts";
import { openSqliteStores } from "../../api/storage/sqlite/sqlite-stores.ts";
import type { Open } from "./open-stores.ts";
import { describeStores } from "./stores.contract.ts";

const open: Open = async () => {
  const folder = await mkdtemp(join(tmpdir(), "patchbay-sqlite-"));
  const path = join(folder, "data", "patchbay.db");
  let stores = openSqliteStores(path);
  return {
    stores,
    reopen: async () => {
      await stores.close();
      stores = openSqliteStores(path);
      return stores;
    },
    dispose: async () => {
      await stores.close();
      await rm(folder, { recursive: true });
    },
  };
};

describeStores("SQLite", open);
describeStores("SQLite behind a short memory", async () => {
  const { stores, reopen, dispose } = await open();
  return {
    stores: withShortMemory(stores, systemClock),
    reopen: async () => withShortMemory(await reopen(), systemClock),
    dispose,
  };
});
