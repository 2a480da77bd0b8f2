import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConfigSource } from "../config/source/config-source.ts";
import { fileSource } from "../config/source/file-source.ts";
import { urlSource } from "../config/source/url-source.ts";
import { compose } from "./compose.ts";
import type { House } from "./house.ts";
import { clientAddress } from "./http/client-address.ts";
import { notYet } from "./http/not-yet.ts";
import { createLogger } from "./logging/logger.ts";
import { standardOutput } from "./logging/standard-output.ts";
import { systemClock } from "./ports/clock.ts";
import { openSocketServer } from "./realtime/socket-server.ts";
import { withSecretFiles } from "./secret-files.ts";
import { readSettings, type Settings } from "./settings.ts";
import { endAtOnceOnSignals, endOnSignals } from "./shutdown.ts";
import { listen, startRefusal } from "./start-refusal.ts";
import { problemLines, welcome } from "./start-words.ts";
import { holdDataFolder, openChosenStorage } from "./storage-choice.ts";

/** Longer than proxies keep theirs (nginx 60 s, Caddy 120 s): a call that is sent while we hang up is lost on the way. */
const KEEP_ALIVE_MS = 125_000;

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** The process: reads the environment, builds the house, opens its doors, and closes them again. */
async function main(): Promise<void> {
  const standing = endAtOnceOnSignals();
  // The only look at the process's own: whoever else wants a setting must find what stands in files, too.
  const env = withSecretFiles(process.env);
  const settings = readSettings(env, process.cwd());
  const logger = createLogger({ level: settings.logLevel, destination: standardOutput() });
  // A mistake in one request must not take everybody's connections along.
  process.on("unhandledRejection", (error) => logger.error({ err: error }, "a promise was left alone and failed"));

  const http = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, notYet);
  // The port first: when it is taken, nothing else has been started.
  await listen(http, settings);
  holdDataFolder(settings.dataFolder).warn(logger);
  const storage = await openChosenStorage({ ...settings, env });
  const demo = settings.isExample ? await startDemos() : null;
  const url = settings.publicUrl ?? `http://localhost:${(http.address() as AddressInfo).port}`;
  const house = await compose({
    storage,
    dataFolder: settings.dataFolder,
    source: sourceOf(settings),
    env: { ...env, ...demo?.env },
    logger,
    publicUrl: settings.publicUrl,
    allowedHosts: settings.allowedHosts,
    metricsToken: settings.metricsToken,
    clientDir: join(ROOT, "client", "dist"),
  });
  http.off("request", notYet);
  http.on("request", house.app({ trustProxy: settings.trustProxy }));
  const io = openSocketServer(http);
  house.attach(io, { addressOf: clientAddress(settings.trustProxy) });

  for (const line of problemLines(house.config.problems)) console.log(line);
  console.log(welcome({ url, settings, storage, setupToken: await setupToken(house) }));
  standing();
  endOnSignals({ logger, house, io, http, noticeMs: settings.drainNoticeMs, afterwards: async () => demo?.close() });
  logger.info({ port: (http.address() as AddressInfo).port, store: storage.stores.describe() }, "listening");
}

/** Loaded when they are used: nobody else pays for what they stand on. */
async function startDemos() {
  return (await import("./demo/start-demo-servers.ts")).startDemoServers();
}

function sourceOf({ config, isExample }: Settings): ConfigSource {
  if (/^https?:\/\//.test(config)) return urlSource(config, { clock: systemClock });
  return fileSource(isExample ? join(ROOT, config) : config, { clock: systemClock });
}

async function setupToken({ accounts }: House): Promise<string | null> {
  return accounts !== null && (await accounts.setupNeeded()) ? accounts.issueSetupToken() : null;
}

main().catch((error: unknown) => {
  console.error(startRefusal(error));
  process.exit(1);
});
