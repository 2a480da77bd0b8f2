import type { Connection } from "mongoose";
import { StartRefused } from "../start-refused.ts";
import { openCollection, unlessTaken } from "./collection.ts";

/** Grows when an older Patchbay could no longer read what this one writes. */
const SCHEMA_VERSION = 1;

interface VersionDocument {
  _id: "schema";
  version: number;
}

export async function checkSchemaVersion(connection: Connection): Promise<void> {
  const facts = await openCollection<VersionDocument>(connection, "facts", { _id: String, version: Number });
  if (await unlessTaken(facts.create({ _id: "schema", version: SCHEMA_VERSION }))) return;
  const found = await facts.findOne({ _id: "schema" }).lean<VersionDocument>();
  if (found === null || found.version <= SCHEMA_VERSION) return;
  throw new StartRefused(
    "SCHEMA_TOO_NEW",
    `The database was written by a newer Patchbay (its schema is ${found.version}, this one knows up to ${SCHEMA_VERSION}).`,
    "Start the newer Patchbay again, or restore a backup that this one wrote.",
  );
}
