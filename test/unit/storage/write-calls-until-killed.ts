import { writeSync } from "node:fs";
import type { CallRecord } from "../../../api/ports/stores.ts";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";

/** Puts calls into the journal and says the id of each once it is acknowledged, until somebody kills this process. */
const { calls } = openSqliteStores(process.argv[2] ?? ":memory:");
for (let nth = 0; ; nth += 1) {
  const id = String(nth).padStart(8, "0");
  const named = { id, callId: id, userId: "ann", server: "notes", tool: "echo", toolDigest: "t", argumentDigest: "a" };
  const record: CallRecord = { ...named, state: "running", startedAt: nth, endedAt: null, code: null };
  await calls.write([record]);
  if (nth % 2 === 0) await calls.write([{ ...record, state: "done", endedAt: nth + 1 }]);
  writeSync(1, `${id}\n`);
}
