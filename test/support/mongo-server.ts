import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { DryMongoBinary, MongoMemoryServer } from "mongodb-memory-server";
import { recordEnvironment } from "./environment-record.ts";

export interface MongoServer {
  /** Names no database of its own; see `inDatabase`. */
  readonly uri: string;
  /** For people: what ran. Carries no credentials. */
  readonly describe: string;
  /** Databases stay behind on it unless a test drops its own. */
  readonly persists: boolean;
  stop(): Promise<void>;
}

const WIRE_COMPATIBLE = "@jongodb/memory-server-bin-linux-x64-gnu";

/**
 * A MongoDB to test with: the one that MONGO_URI names; else mongodb-memory-server, if a mongod is on the machine or
 * MONGOMS_DOWNLOAD=1 asks for its download; else a wire-compatible server from npm. Fails when there is none of them.
 */
export async function startMongo(): Promise<MongoServer> {
  const server = (await named()) ?? (await realMongod()) ?? (await wireCompatible());
  if (server === null) {
    throw new Error(
      `No MongoDB to test with: set MONGO_URI, or install mongod, or set MONGOMS_DOWNLOAD=1, or install ${WIRE_COMPATIBLE} (Linux x64).`,
    );
  }
  recordEnvironment({ database: server.describe });
  return server;
}

/** The same server's address with this database in it. */
export function inDatabase(uri: string, database: string): string {
  const [, server, query = ""] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri) ?? [];
  if (server === undefined) throw new Error("MONGO_URI is not a MongoDB address.");
  return `${server}/${database}${query}`;
}

async function named(): Promise<MongoServer | null> {
  const uri = process.env.MONGO_URI;
  if (uri === undefined || uri === "") return null;
  return { uri, describe: "MongoDB at MONGO_URI", persists: true, stop: async () => {} };
}

async function realMongod(): Promise<MongoServer | null> {
  const binary = (await DryMongoBinary.locateBinary(await DryMongoBinary.generateOptions())) ?? onPath("mongod");
  if (binary === undefined && process.env.MONGOMS_DOWNLOAD !== "1") return null;
  const server = await MongoMemoryServer.create(binary === undefined ? {} : { binary: { systemBinary: binary } });
  return {
    uri: server.getUri(),
    describe: `mongod (${binary ?? "downloaded by mongodb-memory-server"})`,
    persists: false,
    stop: async () => void (await server.stop()),
  };
}

function onPath(command: string): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.map((folder) => join(folder, command)).find((path) => existsSync(path));
}

async function wireCompatible(): Promise<MongoServer | null> {
  const binary = locate(`${WIRE_COMPATIBLE}/bin/jongodb`);
  if (binary === null) return null;
  const child = spawn(binary, ["--port=0"], { stdio: ["ignore", "pipe", "ignore"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const uri = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`${WIRE_COMPATIBLE} ended with ${code} before it was ready.`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("JONGODB_URI=")) resolve(line.slice("JONGODB_URI=".length));
    });
  });
  return {
    uri,
    describe: "jongodb 0.1.6, a wire-compatible stand-in (no mongod on this machine)",
    persists: false,
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}

function locate(path: string): string | null {
  try {
    return createRequire(import.meta.url).resolve(path);
  } catch {
    return null;
  }
}
