import { type Connection, type Model, Schema, type SchemaDefinition } from "mongoose";

/** One index, or one unique or expiring one. */
export interface Index {
  readonly fields: Readonly<Record<string, 1>>;
  readonly options?: {
    readonly unique?: true;
    readonly expireAfterSeconds?: 0;
    readonly partialFilterExpression?: { first: true } | { openId: { $type: "string" } };
  };
}

/**
 * A model over one collection. Unknown fields throw, in filters too: dropped, they would turn a filter into "everything".
 * Names begin with `patchbay_`, because the database may be a host platform's.
 */
export async function openCollection<Document>(
  connection: Connection,
  name: string,
  fields: SchemaDefinition,
  indexes: readonly Index[] = [],
): Promise<Model<Document>> {
  const schema = new Schema<Document>(fields as SchemaDefinition<Document>, {
    autoCreate: false,
    autoIndex: false,
    versionKey: false,
    strict: "throw",
    strictQuery: "throw",
    minimize: false,
  });
  for (const { fields, options } of indexes) schema.index({ ...fields }, { ...options });
  const model = connection.model<Document>(name, schema, `patchbay_${name}`);
  await model.createIndexes();
  return model as unknown as Model<Document>;
}

const DUPLICATE_KEY = 11000;

/** False when a unique index refused the write. */
export async function unlessTaken(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === DUPLICATE_KEY) return false;
    throw error;
  }
}
