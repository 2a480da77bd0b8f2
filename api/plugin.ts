import { openSource } from "../config/source/open-source.ts";
import { compose } from "./compose.ts";
import { configLog } from "./config-log.ts";
import type { Patchbay, PatchbayOptions } from "./embed.d.mts";
import { hostIdentity } from "./identity/host-identity.ts";
import { createLogger } from "./logging/logger.ts";
import { checkOptions } from "./plugin-options.ts";
import { systemClock } from "./ports/clock.ts";
import { NAMESPACE } from "./realtime/attach-realtime.ts";
import { StartRefused } from "./storage/start-refused.ts";
import { type FolderHold, holdDataFolder, openChosenStorage } from "./storage-choice.ts";

/** Patchbay inside a host application. What it promises stands in `embed.d.mts`. */
export async function createPatchbay(options: PatchbayOptions): Promise<Patchbay> {
  checkOptions(options);
  const hold = holdDataFolder(options.dataFolder);
  try {
    return await openPatchbay(options, hold);
  } catch (error) {
    hold.release();
    throw error;
  }
}

async function openPatchbay(options: PatchbayOptions, hold: FolderHold): Promise<Patchbay> {
  const { configPath, dataFolder, mongoUri, env = process.env, publicUrl, clientDir = null, logger = createLogger() } = options;
  hold.warn(logger);
  const storage = await openChosenStorage({ mongoUri, dataFolder, env });
  const house = await compose({
    storage,
    dataFolder,
    source: openSource(configPath, { clock: systemClock }),
    env,
    logger,
    identity: hostIdentity(options.identify),
    publicUrl: publicUrl?.replace(/\/+$/, "") ?? null,
    clientDir,
  });
  configLog(logger).problems(house.config.problems);
  let isAttached = false;
  let closing: Promise<void> | undefined;
  return {
    router: house.router(),
    attach(io) {
      if (isAttached) throw taken("This Patchbay is attached to a socket server already.");
      if (io.of(NAMESPACE).listenerCount("connection") > 0)
        throw taken(`This socket server has a namespace ${NAMESPACE} already: another Patchbay's, or your own.`);
      isAttached = true;
      house.attach(io);
    },
    close() {
      closing ??= house.close().finally(hold.release);
      return closing;
    },
  };
}

const taken = (message: string) =>
  new StartRefused(
    "SOCKETS_TAKEN",
    message,
    "Attach each Patchbay once, to a socket server of its own: `new Server(http, { path })`.",
  );
