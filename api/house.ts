import type { IncomingMessage, RequestListener } from "node:http";
import type { Router } from "express";
import type { Server } from "socket.io";
import type { LiveConfig } from "../config/live-config.ts";
import type { ConfigSource } from "../config/source/config-source.ts";
import type { ChatLimits } from "./chat/chat-limits.ts";
import type { NameLookup } from "./egress/name-lookup.ts";
import type { Accounts } from "./identity/accounts.ts";
import type { Passwords } from "./identity/passwords.ts";
import type { Limits } from "./limits.ts";
import type { Clock } from "./ports/clock.ts";
import type { Identity } from "./ports/identity.ts";
import type { Logger } from "./ports/logger.ts";
import type { Storage } from "./storage/open-storage.ts";

/** What the house is built from. */
export interface ComposeOptions {
  storage: Storage;
  source: ConfigSource;
  /** Where programs get home folders of their own. */
  dataFolder: string;
  /** What `${NAME}` in the operator's file may see. */
  env: Readonly<Record<string, string | undefined>>;
  logger: Logger;
  /** A host platform's own sign-in; the built-in accounts when absent. */
  identity?: Identity;
  /** The address people use, when it is known. */
  publicUrl: string | null;
  /** More names that people reach it by. Inside a host platform names are the platform's matter. @default [] */
  allowedHosts?: readonly string[];
  /** What a machine sends as bearer to read `/metrics`. @default null, admins only */
  metricsToken?: string | null;
  /** The built page; null serves the API alone. */
  clientDir: string | null;
  clock?: Clock;
  /** How host names become addresses. @default the system's way */
  lookup?: NameLookup;
  /** What keeps people's passwords. @default scrypt at OWASP's cost */
  passwords?: Passwords;
  /** What differs from `DEFAULT_LIMITS`. */
  limits?: Partial<Limits>;
  /** What differs from `DEFAULT_CHAT_LIMITS`. */
  chatLimits?: Partial<ChatLimits> | undefined;
}

/** The whole application, its doors not yet open. */
export interface House {
  /** Null inside a host platform. */
  accounts: Accounts | null;
  config: LiveConfig;
  router(): Router;
  app(options: { trustProxy: string | number | boolean }): RequestListener;
  /** Opens the socket namespace on this server. Once. `addressOf`, where it is our own: bounds strangers by where they come from. */
  attach(io: Server, own?: { addressOf: (request: IncomingMessage) => string }): void;
  /** From now on `/health/ready` says no; everything else goes on. */
  leave(): void;
  /** From now on nothing new is begun, either. */
  drain(): void;
  /** Ends connections, programs and stores. Running calls get `drainMs`. */
  close(): Promise<void>;
}
