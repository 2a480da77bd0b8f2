import type { Connection } from "mongoose";
import type { ChatEvent } from "../../../schemas/chat-wire.ts";
import type { ConversationRecord, ConversationStore } from "../../ports/conversation-store.ts";
import { openCollection, unlessTaken } from "./collection.ts";
import { exact } from "./exact.ts";

/** `servers` and `model` are JSON text: nobody searches in them. */
type ConversationDocument = Omit<ConversationRecord, "id" | "servers" | "model"> & {
  _id: string;
  servers: string;
  model: string;
  titleSearch: string;
};

interface EventDocument {
  _id: string;
  conversationId: string;
  seq: number;
  /** JSON text: what servers and models said may hold keys that a database reads its own way. */
  event: string;
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const NEWEST_FIRST = { updatedAt: -1, _id: -1 } as const;

export async function mongoConversationStore(connection: Connection): Promise<ConversationStore> {
  const conversations = await openCollection<ConversationDocument>(
    connection,
    "conversations",
    {
      _id: String,
      userId: String,
      title: String,
      titleSearch: String,
      servers: String,
      model: String,
      createdAt: Number,
      updatedAt: Number,
      isRunning: Boolean,
      searchText: String,
    },
    [{ fields: { userId: 1, updatedAt: 1, _id: 1 } }, { fields: { isRunning: 1 } }],
  );
  const chatEvents = await openCollection<EventDocument>(
    connection,
    "chat_events",
    { _id: String, conversationId: String, seq: Number, event: String },
    [{ fields: { conversationId: 1, seq: 1 } }],
  );

  const record = ({ _id, titleSearch, servers, model, ...rest }: ConversationDocument): ConversationRecord => ({
    id: _id,
    ...rest,
    servers: JSON.parse(servers),
    model: JSON.parse(model),
  });
  const searchable = (title: string) => ({ title, titleSearch: title.toLowerCase() });

  return {
    insert: ({ id, title, servers, model, ...rest }) => {
      const stored = { _id: exact(id), ...rest, servers: JSON.stringify(servers), model: JSON.stringify(model) };
      return unlessTaken(conversations.create({ ...stored, ...searchable(title) }));
    },
    get: async (userId, id) => {
      const found = await conversations.findOne({ _id: exact(id), userId: exact(userId) }).lean<ConversationDocument>();
      return found === null ? null : record(found);
    },
    page: async (userId, { limit, before, search = "" }) => {
      const conditions: object[] = [{ userId: exact(userId) }];
      if (before !== undefined) {
        const { updatedAt, id } = before;
        conditions.push({ $or: [{ updatedAt: { $lt: updatedAt } }, { updatedAt, _id: { $lt: exact(id) } }] });
      }
      if (search !== "") {
        const within = { $regex: escaped(exact(search)) };
        conditions.push({ $or: [{ titleSearch: within }, { searchText: within }] });
      }
      const found = await conversations.find({ $and: conditions }).sort(NEWEST_FIRST).limit(limit).lean<ConversationDocument[]>();
      return found.map(record);
    },
    count: (userId) => conversations.countDocuments({ userId: exact(userId) }).exec(),
    update: async (userId, id, { title, servers, model, ...rest }) => {
      const change = {
        ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
        ...(title === undefined ? {} : searchable(title)),
        ...(servers === undefined ? {} : { servers: JSON.stringify(servers) }),
        ...(model === undefined ? {} : { model: JSON.stringify(model) }),
      };
      const filter = { _id: exact(id), userId: exact(userId) };
      return (await conversations.updateOne(filter, { $set: change })).matchedCount > 0;
    },
    delete: async (userId, id) => {
      const isGone = (await conversations.deleteOne({ _id: exact(id), userId: exact(userId) })).deletedCount > 0;
      if (isGone) await chatEvents.deleteMany({ conversationId: exact(id) });
      return isGone;
    },
    append: async (conversationId, added) => {
      if (added.length === 0 || (await conversations.exists({ _id: exact(conversationId) })) === null) return;
      const operations = added.map((event) => ({
        updateOne: {
          filter: { _id: `${conversationId}/${event.seq}` },
          update: { $setOnInsert: { conversationId, seq: event.seq, event: JSON.stringify(event) } },
          upsert: true,
        },
      }));
      await chatEvents.bulkWrite(operations, { ordered: true });
    },
    events: async (conversationId, after) => {
      const found = await chatEvents
        .find({ conversationId: exact(conversationId), seq: { $gt: after } })
        .sort({ seq: 1 })
        .lean<EventDocument[]>();
      return found.map(({ event }) => JSON.parse(event) as ChatEvent);
    },
    running: async () => (await conversations.find({ isRunning: true }).lean<ConversationDocument[]>()).map(record),
    deleteByUser: async (userId) => {
      const found = await conversations.find({ userId: exact(userId) }).lean<ConversationDocument[]>();
      await chatEvents.deleteMany({ conversationId: { $in: found.map(({ _id }) => _id) } });
      await conversations.deleteMany({ userId: exact(userId) });
    },
  };
}
