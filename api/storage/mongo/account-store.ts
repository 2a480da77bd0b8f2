import type { Connection } from "mongoose";
import type { Role } from "../../../schemas/wire.ts";
import type { AccountRecord, AccountStore, OpenIdName } from "../../ports/stores.ts";
import { openCollection, unlessTaken } from "./collection.ts";
import { exact } from "./exact.ts";

interface AccountDocument {
  _id: string;
  email: string;
  name: string;
  role: Role;
  passwordHash: string | null;
  disabled: boolean;
  createdAt: number;
  /** Issuer and subject in one text, which is unique. */
  openId?: string | null;
  openIdUsername?: string | null;
  /** Only on the account that came first; a unique index lets there be one. */
  first?: true;
  /** The first account was deleted: its document stays, emptied, so that nobody becomes the first again. */
  gone?: true;
}

const PRESENT = { gone: { $exists: false } };

export async function mongoAccountStore(connection: Connection): Promise<AccountStore> {
  const accounts = await openCollection<AccountDocument>(
    connection,
    "accounts",
    {
      _id: String,
      email: String,
      name: String,
      role: String,
      passwordHash: String,
      disabled: Boolean,
      createdAt: Number,
      openId: String,
      openIdUsername: String,
      first: Boolean,
      gone: Boolean,
    },
    [
      { fields: { email: 1 }, options: { unique: true } },
      { fields: { first: 1 }, options: { unique: true, partialFilterExpression: { first: true } } },
      { fields: { openId: 1 }, options: { unique: true, partialFilterExpression: { openId: { $type: "string" } } } },
    ],
  );

  function document({ id, email, name, role, passwordHash, disabled, createdAt, openId }: AccountRecord): AccountDocument {
    return { _id: id, email, name, role, passwordHash, disabled, createdAt, ...openIdFields(openId) };
  }
  function record(found: AccountDocument | null): AccountRecord | null {
    if (found === null) return null;
    const { _id, email, name, role, passwordHash, disabled, createdAt } = found;
    return { id: _id, email, name, role, passwordHash, disabled, createdAt, openId: openIdOf(found) };
  }

  return {
    insert: (account) => unlessTaken(accounts.create(document(account))),
    insertFirst: (account) => unlessTaken(accounts.create({ ...document(account), first: true })),
    byId: async (id) => record(await accounts.findOne({ _id: exact(id), ...PRESENT }).lean<AccountDocument>()),
    byEmail: async (email) => record(await accounts.findOne({ email: exact(email), ...PRESENT }).lean<AccountDocument>()),
    byOpenId: async (issuer, subject) =>
      record(await accounts.findOne({ openId: openIdText({ issuer, subject }), ...PRESENT }).lean<AccountDocument>()),
    list: async () => {
      const found = await accounts.find(PRESENT).sort({ createdAt: 1, _id: 1 }).lean<AccountDocument[]>();
      return found.flatMap((one) => record(one) ?? []);
    },
    update: async (id, { name, role, passwordHash, disabled, openId }) => {
      const linked = openId === undefined ? {} : openIdFields(openId);
      const change = Object.fromEntries(
        Object.entries({ name, role, passwordHash, disabled, ...linked }).filter(([, value]) => value !== undefined),
      );
      const filter = { _id: exact(id), ...PRESENT };
      if (Object.keys(change).length === 0) return (await accounts.exists(filter)) !== null;
      let isThere = false;
      const isFree = await unlessTaken(
        accounts.updateOne(filter, { $set: change }).then(({ matchedCount }) => {
          isThere = matchedCount === 1;
        }),
      );
      return isFree && isThere;
    },
    delete: async (id) => {
      const { deletedCount } = await accounts.deleteOne({ _id: exact(id), first: { $exists: false } });
      if (deletedCount === 1) return true;
      const emptied = { gone: true, name: "", passwordHash: null, disabled: true };
      const { modifiedCount } = await accounts.updateOne(
        { _id: id, ...PRESENT },
        { $set: emptied, $unset: { email: 1, openId: 1 } },
      );
      return modifiedCount === 1;
    },
  };
}

const openIdText = ({ issuer, subject }: Pick<OpenIdName, "issuer" | "subject">) =>
  JSON.stringify([exact(issuer), exact(subject)]);

function openIdFields(openId: OpenIdName | null): Pick<AccountDocument, "openId" | "openIdUsername"> {
  return openId === null ? { openId: null } : { openId: openIdText(openId), openIdUsername: openId.username };
}

function openIdOf({ openId, openIdUsername }: AccountDocument): OpenIdName | null {
  if (openId === undefined || openId === null) return null;
  const [issuer = "", subject = ""] = JSON.parse(openId) as string[];
  return { issuer, subject, username: openIdUsername ?? null };
}
