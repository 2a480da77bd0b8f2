import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import { type SealedValue, sealedFrom } from "../../ports/sealed-value.ts";
import type { SealedRow, SealedValues } from "../../ports/sealed-values.ts";

/** Where sealed values rest. A table with new ones belongs in here. */
const TABLES = [
  { table: "user_vars", keys: ["user_id", "server", "name"], column: "sealed" },
  { table: "servers", keys: ["name"], column: "config" },
  { table: "grants", keys: ["user_id", "server"], column: "sealed" },
  { table: "openid_grants", keys: ["user_id", "server"], column: "sealed" },
  { table: "oauth_clients", keys: ["key"], column: "sealed" },
  { table: "flows", keys: ["id"], column: "sealed" },
] as const;

const PAGE = 200;

export function sqliteSealedValues(db: DatabaseSync): SealedValues {
  return {
    async *all() {
      for (const each of TABLES) for (const rows of pages(db, each)) yield* rows;
    },
    exchange: async ({ id, sealed }, next) => {
      const { table, column, where, values } = placeOf(id, sealed);
      return db.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${where}`).run(JSON.stringify(next), ...values).changes === 1;
    },
    remove: async ({ id, sealed }) => {
      const { table, where, values } = placeOf(id, sealed);
      return db.prepare(`DELETE FROM ${table} WHERE ${where}`).run(...values).changes === 1;
    },
  };
}

/** The row that this id means, as long as it holds this value. */
function placeOf(id: string, { nonce, tag }: SealedValue) {
  const [name, ...ofRow] = JSON.parse(id) as string[];
  const place = TABLES.find(({ table }) => table === name);
  if (place === undefined) throw new Error(`No sealed values rest in ${name}.`);
  const { table, column, keys } = place;
  // What is no JSON was read as a value that has none of the two.
  const isSame = (field: string) => `CASE WHEN json_valid(${column}) THEN coalesce(${column} ->> '${field}', '') ELSE '' END = ?`;
  const where = [...keys.map((key) => `${key} = ?`), isSame("nonce"), isSame("tag")].join(" AND ");
  return { table, column, where, values: [...ofRow, nonce ?? "", tag ?? ""] };
}

/** A page at a time, each read whole: what is written between two pages disturbs neither. */
function* pages(db: DatabaseSync, { table, keys, column }: (typeof TABLES)[number]): Generator<SealedRow[]> {
  const names = keys.join(", ");
  const columns = `${names}, ${column} AS sealed FROM ${table} WHERE ${column} IS NOT NULL`;
  const rest = `ORDER BY ${names} LIMIT ${PAGE}`;
  const first = db.prepare(`SELECT ${columns} ${rest}`);
  const next = db.prepare(`SELECT ${columns} AND (${names}) > (${keys.map(() => "?").join(", ")}) ${rest}`);
  for (let after: SQLOutputValue[] | null = null; ; ) {
    const rows: Record<string, SQLOutputValue>[] = after === null ? first.all() : next.all(...after);
    yield rows.map((row) => ({
      id: JSON.stringify([table, ...keys.map((key) => row[key])]),
      sealed: sealedFrom(String(row.sealed)),
    }));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = keys.map((key) => last[key] ?? null);
  }
}
