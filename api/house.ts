import type { RequestListener } from "node:http";
import type { Router } from "express";
import type { Server } from "socket.io";
import type { LiveConfig } from "../config/live-config.ts";
import type { Accounts } from "./identity/accounts.ts";

/** The whole application, its doors not yet open. */
export interface House {
  /** Null inside a host platform. */
  accounts: Accounts | null;
  config: LiveConfig;
  router(): Router;
  app(options: { trustProxy: string | number | boolean }): RequestListener;
  /** Opens the socket namespace on this server. Once. */
  attach(io: Server): void;
  /** From now on `/health/ready` says no; everything else goes on. */
  leave(): void;
  /** From now on nothing new is begun, either. */
  drain(): void;
  /** Ends connections, programs and stores. Running calls get `drainMs`. */
  close(): Promise<void>;
}
