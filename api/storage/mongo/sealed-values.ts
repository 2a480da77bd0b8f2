import type { Connection } from "mongoose";
import { type SealedValue, sealedFrom } from "../../ports/sealed-value.ts";
import type { SealedRow, SealedValues } from "../../ports/sealed-values.ts";

interface Document {
  _id: string;
  /** Of `grants`, `oauth_clients` and `flows`. */
  sealed?: SealedValue | null;
  /** Of `servers`, as JSON text. */
  config?: string;
  /** Of `user_vars`, with the revision of their document. */
  values?: (SealedValue & { name: string })[];
  revision?: number;
}

/** Where sealed values rest. A collection with new ones belongs in here. */
const COLLECTIONS = ["user_vars", "servers", "grants", "openid_grants", "oauth_clients", "flows"];
const PAGE = 200;

export function mongoSealedValues(connection: Connection): SealedValues {
  const collection = (name: string) => connection.collection<Document>(`patchbay_${name}`);

  async function* documents(name: string): AsyncGenerator<Document> {
    for (let after: string | null = null; ; ) {
      const filter = after === null ? {} : { _id: { $gt: after } };
      const page: Document[] = await collection(name).find(filter).sort({ _id: 1 }).limit(PAGE).toArray();
      yield* page;
      after = page.at(-1)?._id ?? null;
      if (page.length < PAGE) return;
    }
  }

  return {
    async *all() {
      for (const name of COLLECTIONS) for await (const each of documents(name)) yield* rowsOf(name, each);
    },
    exchange: (row, next) => change(row, next),
    remove: (row) => change(row, null),
  };

  /** Puts `next` where this value still is; null takes it away. */
  async function change({ id, sealed }: SealedRow, next: SealedValue | null): Promise<boolean> {
    const [name = "", _id = "", value] = JSON.parse(id) as string[];
    const isIt = (other: SealedValue) => other.nonce === sealed.nonce && other.tag === sealed.tag;
    const found = await collection(name).findOne({ _id });
    if (found === null) return false;
    const { config, values, revision = 0 } = found;
    if (values !== undefined) {
      if (!values.some((each) => each.name === value && isIt(each))) return false;
      const others = values.filter((each) => each.name !== value);
      const changed = value === undefined || next === null ? others : [...others, { name: value, ...next }];
      const update = { $set: { values: changed, revision: revision + 1 } };
      return (await collection(name).updateOne({ _id, revision }, update)).matchedCount === 1;
    }
    if (config !== undefined && !isIt(sealedFrom(config))) return false;
    const same = config === undefined ? { _id, "sealed.nonce": sealed.nonce, "sealed.tag": sealed.tag } : { _id, config };
    if (next === null) return (await collection(name).deleteOne(same)).deletedCount === 1;
    const update = { $set: config === undefined ? { sealed: next } : { config: JSON.stringify(next) } };
    return (await collection(name).updateOne(same, update)).matchedCount === 1;
  }
}

function rowsOf(name: string, { _id, sealed, config, values = [] }: Document): SealedRow[] {
  const row = (value: SealedValue, ...more: string[]) => ({ id: JSON.stringify([name, _id, ...more]), sealed: value });
  if (config !== undefined) return [row(sealedFrom(config))];
  if (sealed !== undefined && sealed !== null) return [row(sealed)];
  return values.map((value) => row(value, value.name));
}
