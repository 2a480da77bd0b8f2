import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watchIdentities } from "../../api/identity/short-memory.ts";
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
describeStores("SQLite, watched", async () => {
  const { stores, reopen, dispose } = await open();
  return {
    stores: watchIdentities(stores).stores,
    reopen: async () => watchIdentities(await reopen()).stores,
    dispose,
  };
});
