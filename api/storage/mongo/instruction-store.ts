import type { Connection } from "mongoose";
import type { InstructionRecord, InstructionStore } from "../../ports/instruction-store.ts";
import { openCollection } from "./collection.ts";
import { exact } from "./exact.ts";

interface InstructionDocument extends InstructionRecord {
  _id: string;
}

export async function mongoInstructionStore(connection: Connection): Promise<InstructionStore> {
  const instructions = await openCollection<InstructionDocument>(
    connection,
    "instructions",
    { _id: String, userId: String, server: String, version: Number, text: String, before: String, seenAt: Number },
    [{ fields: { userId: 1 } }, { fields: { server: 1 } }],
  );
  const idOf = (userId: string, server: string) => JSON.stringify([exact(userId), exact(server)]);
  return {
    async get(userId, server) {
      const found = await instructions.findOne({ _id: idOf(userId, server) }).lean<InstructionDocument>();
      if (found === null) return null;
      const { _id, ...record } = found;
      return record;
    },
    async put(record) {
      await instructions.replaceOne({ _id: idOf(record.userId, record.server) }, { ...record }, { upsert: true });
    },
    async deleteByServer(server) {
      await instructions.deleteMany({ server: exact(server) });
    },
    async deleteByUser(userId) {
      await instructions.deleteMany({ userId: exact(userId) });
    },
  };
}
