import { type Connection, createConnection } from "mongoose";
import type { Stores } from "../../ports/stores.ts";
import { StartRefused } from "../start-refused.ts";
import { mongoAccountStore } from "./account-store.ts";
import { mongoApiKeyStore } from "./api-key-store.ts";
import { mongoApprovalStore } from "./approval-store.ts";
import { mongoCallJournalStore } from "./call-journal-store.ts";
import { mongoConversationStore } from "./conversation-store.ts";
import { mongoFlowStore } from "./flow-store.ts";
import { mongoGrantLock } from "./grant-lock.ts";
import { mongoGrantStore } from "./grant-store.ts";
import { mongoInstructionStore } from "./instruction-store.ts";
import { mongoKeyCheckStore } from "./key-check-store.ts";
import { mongoOAuthClientStore } from "./oauth-client-store.ts";
import { mongoOneTimeTokenStore } from "./one-time-token-store.ts";
import { mongoPermissionStore } from "./permission-store.ts";
import { checkSchemaVersion } from "./schema-version.ts";
import { mongoSealedValues } from "./sealed-values.ts";
import { mongoServerStore } from "./server-store.ts";
import { mongoSessionStore } from "./session-store.ts";
import { mongoUserVarStore } from "./user-var-store.ts";

/** How long an operation looks for a reachable server before it fails, unless the address says otherwise. */
const REACH_MS = 5_000;

/**
 * All stores in one MongoDB database, over a connection of their own: a host platform's mongoose is not touched.
 * What a method acknowledged is in the journal of a majority. Throws `StartRefused` when there is no server.
 */
export async function openMongoStores(uri: string): Promise<Stores> {
  const connection = await connect(uri);
  try {
    await checkSchemaVersion(connection);
    return await storesOver(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function storesOver(connection: Connection): Promise<Stores> {
  const version = String((await connection.db?.admin().buildInfo())?.version);
  return {
    accounts: await mongoAccountStore(connection),
    sessions: await mongoSessionStore(connection),
    apiKeys: await mongoApiKeyStore(connection),
    oneTimeTokens: await mongoOneTimeTokenStore(connection),
    userVars: await mongoUserVarStore(connection),
    servers: await mongoServerStore(connection),
    keyChecks: await mongoKeyCheckStore(connection),
    conversations: await mongoConversationStore(connection),
    calls: await mongoCallJournalStore(connection),
    grants: await mongoGrantStore(connection, "grants"),
    openIdGrants: await mongoGrantStore(connection, "openid_grants"),
    grantLock: await mongoGrantLock(connection),
    flows: await mongoFlowStore(connection),
    oauthClients: await mongoOAuthClientStore(connection),
    permissions: await mongoPermissionStore(connection),
    instructions: await mongoInstructionStore(connection),
    approvals: await mongoApprovalStore(connection),
    sealedValues: mongoSealedValues(connection),
    describe: () => `MongoDB ${version} (${connection.host}:${connection.port}/${connection.name})`,
    ping: async () => {
      await connection.db?.command({ ping: 1 });
    },
    close: () => connection.close(),
  };
}

async function connect(uri: string): Promise<Connection> {
  const connection = createConnection(uri, {
    autoCreate: false,
    autoIndex: false,
    bufferCommands: false,
    ...(uri.includes("serverSelectionTimeoutMS=") ? {} : { serverSelectionTimeoutMS: REACH_MS }),
    writeConcern: { w: "majority", journal: true },
  });
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.close();
    // The driver's message may repeat the address with its password: it stays in `cause`.
    throw new StartRefused(
      "DATABASE_UNREACHABLE",
      "The MongoDB server that MONGO_URI names does not answer, or refuses this address or its credentials.",
      "Start it, or correct MONGO_URI; without MONGO_URI an SQLite file is used.",
      { cause: error },
    );
  }
}
