import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { ChatEvent } from "../../../schemas/chat-wire.ts";
import type { ConversationRecord, ConversationStore } from "../../ports/conversation-store.ts";
import { transactions } from "./transaction.ts";

const COLUMNS = `id, user_id AS userId, title, servers, model, created_at AS createdAt, updated_at AS updatedAt,
  is_running AS isRunning, search_text AS searchText`;

type Row = Record<keyof ConversationRecord, string> & { isRunning: number; createdAt: number; updatedAt: number };

/** `db`: the connection that flushes less; what is written outlives the process, whatever ends it. */
export function sqliteConversationStore(db: DatabaseSync): ConversationStore {
  const insert = db.prepare("INSERT OR IGNORE INTO conversations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const get = db.prepare(`SELECT ${COLUMNS} FROM conversations WHERE user_id = ? AND id = ?`);
  const page = db.prepare(
    `SELECT ${COLUMNS} FROM conversations WHERE user_id = ?1 AND (updated_at < ?2 OR (updated_at = ?2 AND id < ?3))
     AND (instr(title_search, ?4) > 0 OR instr(search_text, ?4) > 0) ORDER BY updated_at DESC, id DESC LIMIT ?5`,
  );
  const count = db.prepare("SELECT count(*) AS number FROM conversations WHERE user_id = ?");
  const update = db.prepare(
    `UPDATE conversations SET title = coalesce(?3, title), title_search = coalesce(?4, title_search),
     servers = coalesce(?5, servers), model = coalesce(?6, model), updated_at = coalesce(?7, updated_at),
     is_running = coalesce(?8, is_running), search_text = coalesce(?9, search_text) WHERE user_id = ?1 AND id = ?2`,
  );
  const remove = db.prepare("DELETE FROM conversations WHERE user_id = ? AND id = ?");
  const removeByUser = db.prepare("DELETE FROM conversations WHERE user_id = ?");
  const running = db.prepare(`SELECT ${COLUMNS} FROM conversations WHERE is_running = 1`);
  const append = db.prepare("INSERT OR IGNORE INTO chat_events SELECT id, ?2, ?3 FROM conversations WHERE id = ?1");
  const events = db.prepare("SELECT event FROM chat_events WHERE conversation_id = ? AND seq > ? ORDER BY seq");
  const removeEvents = db.prepare("DELETE FROM chat_events WHERE conversation_id = ?");
  const removeEventsByUser = db.prepare(
    "DELETE FROM chat_events WHERE conversation_id IN (SELECT id FROM conversations WHERE user_id = ?)",
  );
  const inOne = transactions(db);
  const record = (row: unknown): ConversationRecord => {
    const found = row as Row;
    const { servers, model, isRunning } = found;
    return { ...found, servers: JSON.parse(servers), model: JSON.parse(model), isRunning: isRunning === 1 };
  };
  return {
    insert: async ({ id, userId, title, servers, model, createdAt, updatedAt, isRunning, searchText }) => {
      const own = [id, userId, title, title.toLowerCase(), JSON.stringify(servers), JSON.stringify(model)];
      return insert.run(...own, createdAt, updatedAt, isRunning ? 1 : 0, searchText).changes > 0;
    },
    get: async (userId, id) => {
      const row = get.get(userId, id);
      return row === undefined ? null : record(row);
    },
    page: async (userId, { limit, before, search = "" }) =>
      page.all(userId, before?.updatedAt ?? Number.MAX_SAFE_INTEGER, before?.id ?? "", search, limit).map(record),
    count: async (userId) => Number(count.get(userId)?.number),
    update: async (userId, id, { title, servers, model, updatedAt, isRunning, searchText }) => {
      const values: SQLInputValue[] = [
        title ?? null,
        title?.toLowerCase() ?? null,
        servers === undefined ? null : JSON.stringify(servers),
        model === undefined ? null : JSON.stringify(model),
        updatedAt ?? null,
        isRunning === undefined ? null : Number(isRunning),
        searchText ?? null,
      ];
      return update.run(userId, id, ...values).changes > 0;
    },
    delete: async (userId, id) =>
      inOne(() => {
        const isGone = remove.run(userId, id).changes > 0;
        if (isGone) removeEvents.run(id);
        return isGone;
      }),
    append: async (conversationId, added) =>
      inOne(() => {
        for (const event of added) append.run(conversationId, event.seq, JSON.stringify(event));
      }),
    events: async (conversationId, after) =>
      events.all(conversationId, after).map((row) => JSON.parse(String(row.event)) as ChatEvent),
    running: async () => running.all().map(record),
    deleteByUser: async (userId) =>
      inOne(() => {
        removeEventsByUser.run(userId);
        removeByUser.run(userId);
      }),
  };
}
