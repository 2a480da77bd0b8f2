import { writeSync } from "node:fs";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";

/** Writes rows and says the name of each once it is acknowledged, until somebody kills this process. */
const { keyChecks } = openSqliteStores(process.argv[2] ?? ":memory:");
for (let nth = 0; ; nth += 1) {
  await keyChecks.getOrPut(`row-${nth}`, "kept");
  writeSync(1, `row-${nth}\n`);
}
