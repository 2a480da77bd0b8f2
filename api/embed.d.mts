// What a host application needs to know of us, in one file: its compiler reads this, whatever its own settings are.
import type { Router } from "express";
import type { Server } from "socket.io";

/** The part of a request that tells who is asking. Express requests and socket.io handshakes both fit. */
export interface HostRequest {
  headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Who is asking, as a host application knows them. */
export interface HostPrincipal {
  /** What is theirs is kept under it: the same for ever, and nobody else's. */
  userId: string;
  email: string;
  name: string;
  role: "ADMIN" | "USER";
  /** Names the host's sign-in, if it has a name. @default null */
  sessionId?: string | null | undefined;
  /** What `{{LIBRECHAT_USER_*}}` stands for, by lower-camel names. @default id, email, name and role of the above */
  fields?: Readonly<Record<string, string | number | boolean | null>> | undefined;
}

/** The host's own words for who is asking; nothing and null are nobody. */
export type Identify = (request: HostRequest) => Promise<HostPrincipal | null | undefined> | HostPrincipal | null | undefined;

/** Structured log lines: fields first, then the sentence. pino's loggers fit. */
export interface HostLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(fields: Record<string, unknown>): HostLogger;
}

export interface PatchbayOptions {
  /** The operator's YAML file, or its http(s) address; watched. */
  configPath: string;
  /** For the SQLite file and the generated key; created when it is not there. Of this Patchbay alone. */
  dataFolder: string;
  /** MongoDB instead of SQLite. */
  mongoUri?: string | undefined;
  /** Who is asking, in the host's own words: its session, its header, its token. On the way of every request: be quick. */
  identify: Identify;
  /** What `${NAME}` in the file may see, and the key (`CREDS_KEY`, `CREDS_KEY_FILE`). @default process.env */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Where the host is reached, with its path if it has one: `https://chat.example.org`; else requests' own Host counts, and sign-ins at servers work on this machine only. */
  publicUrl?: string | undefined;
  /** The built page as well (`client/dist`); it works wherever the router is mounted. @default null, the API alone */
  clientDir?: string | null | undefined;
  /** @default a JSON object a line on stdout */
  logger?: HostLogger | undefined;
}

/** Patchbay inside an application that has express, socket.io and a sign-in of its own. */
export interface Patchbay {
  /** Mount it where you like: `app.use("/patchbay", patchbay.router)`. */
  router: Router;
  /** Opens the namespace `/mcp` on the host's socket server. Once; throws StartRefused when it is open there already. */
  attach(io: Server): void;
  /** Ends connections, programs and stores; the host's own servers stay its own. Later calls share the first one's promise. */
  close(): Promise<void>;
}

/**
 * Throws StartRefused (`code`, `message`, `next`): an option that cannot be used, a data folder that another Patchbay of this
 * process uses, stored values and a key that do not belong together.
 */
export function createPatchbay(options: PatchbayOptions): Promise<Patchbay>;
