import type { Server as HttpServer } from "node:http";
import type { House } from "./compose.ts";
import type { Logger } from "./ports/logger.ts";

export interface ShutdownParts {
  logger: Logger;
  house: House;
  io: { close(): Promise<void> };
  http: HttpServer;
  afterwards: () => Promise<void>;
}

const HURRY_MS = 1_000;

/** SIGTERM and SIGINT end the process in order: not ready, no new requests, drain, programs, stores. A second one hurries. */
export function endOnSignals({ logger, house, io, http, afterwards }: ShutdownParts): void {
  let ending = false;
  const end = async (signal: NodeJS.Signals) => {
    if (ending) {
      logger.warn({ signal }, "ending at once");
      setTimeout(() => process.exit(1), HURRY_MS).unref();
      return;
    }
    ending = true;
    logger.info({ signal }, "ending");
    house.drain();
    http.close();
    await house.close();
    await io.close();
    http.closeAllConnections();
    await afterwards();
    process.exit(0);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      end(signal).catch((error: unknown) => {
        logger.error({ err: error }, "ending failed");
        process.exit(1);
      });
    });
  }
}
