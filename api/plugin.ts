import type { Router } from "express";
import type { Server } from "socket.io";
import { fileSource } from "../config/file-source.ts";
import { compose } from "./compose.ts";
import { createLogger } from "./logging/logger.ts";
import { systemClock } from "./ports/clock.ts";
import type { IdentityRequest, Principal } from "./ports/identity.ts";
import type { Logger } from "./ports/logger.ts";
import { openChosenStorage } from "./storage-choice.ts";

export interface PatchbayOptions {
  /** The operator's YAML file; watched. */
  configPath: string;
  /** For the SQLite file and the generated key; created when it is not there. */
  dataFolder: string;
  /** MongoDB instead of SQLite. */
  mongoUri?: string;
  /** Who is asking, in the host's own words: its session, its header, its token. Null: nobody. */
  identify(request: IdentityRequest): Promise<Omit<Principal, "via"> | null>;
  /** What `${NAME}` in the file may see, and the key (`CREDS_KEY`, `CREDS_KEY_FILE`). @default process.env */
  env?: Readonly<Record<string, string | undefined>>;
  /**
   * Where the host is reached, with its path if it has one: `https://chat.example.org`; else requests' own Host counts,
   * and sign-ins at servers work on this machine only.
   */
  publicUrl?: string;
  /** The built page as well (`client/dist`); it works wherever the router is mounted. @default null, the API alone */
  clientDir?: string | null;
  logger?: Logger;
}

/** Patchbay inside an application that has express, socket.io and a sign-in of its own. */
export interface Patchbay {
  /** Mount it where you like: `app.use("/patchbay", patchbay.router)`. */
  router: Router;
  /** Opens the namespace `/mcp` on the host's socket server. Once. */
  attach(io: Server): void;
  /** Ends connections, programs and stores; the host's own servers stay its own. */
  close(): Promise<void>;
}

/** Throws StartRefused when stored values and key do not belong together. */
export async function createPatchbay(options: PatchbayOptions): Promise<Patchbay> {
  const { configPath, dataFolder, mongoUri, env = process.env, publicUrl, clientDir = null } = options;
  const storage = await openChosenStorage({ mongoUri, dataFolder, env });
  const house = await compose({
    storage,
    dataFolder,
    source: fileSource(configPath, { clock: systemClock }),
    env,
    logger: options.logger ?? createLogger(),
    identity: {
      identify: async (request) => {
        const who = await options.identify(request);
        return who === null ? null : { ...who, via: "host" };
      },
    },
    publicUrl: publicUrl ?? null,
    clientDir,
  });
  return { router: house.router(), attach: house.attach, close: house.close };
}
