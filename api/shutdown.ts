import type { Server as HttpServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { House } from "./house.ts";
import type { Logger } from "./ports/logger.ts";

export interface ShutdownParts {
  logger: Logger;
  house: House;
  io: { close(): Promise<void> };
  http: HttpServer;
  /** How long requests are still taken while `/health/ready` says no, for what sends them here to notice. */
  noticeMs: number;
  afterwards: () => Promise<void>;
}

const HURRY_MS = 500;
/** Calls get 30 s; whatever hangs beyond that must not keep the process. */
const MAX_END_MS = 40_000;

/** The last two come from a terminal: it was closed, or somebody pressed Ctrl-\. */
const SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const;

/**
 * Until the house stands, a signal ends the process at once. Left to itself, the first process of a container would not
 * hear it at all: the kernel gives it no default. Returns what takes that back.
 */
export function endAtOnceOnSignals(): () => void {
  const end = (_signal: NodeJS.Signals, number: number) => process.exit(128 + number);
  for (const signal of SIGNALS) process.on(signal, end);
  return () => {
    for (const signal of SIGNALS) process.off(signal, end);
  };
}

/** A signal ends the process in order: not ready, no new requests, drain, programs, stores. A second one hurries. */
export function endOnSignals({ logger, house, io, http, noticeMs, afterwards }: ShutdownParts): void {
  let ending = false;
  const exitAfter = (ms: number) => void setTimeout(() => process.exit(1), ms).unref();
  const end = async (signal: NodeJS.Signals) => {
    if (ending) {
      logger.warn({ signal }, "ending at once");
      exitAfter(HURRY_MS);
      return;
    }
    ending = true;
    logger.info({ signal }, "ending");
    house.leave();
    await sleep(noticeMs);
    exitAfter(MAX_END_MS);
    house.drain();
    http.close();
    await house.close();
    await io.close();
    http.closeAllConnections();
    await afterwards();
    process.exit(0);
  };
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      end(signal).catch((error: unknown) => {
        logger.error({ err: error }, "ending failed");
        process.exit(1);
      });
    });
  }
}
