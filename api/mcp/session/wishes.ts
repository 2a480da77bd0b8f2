import type { LogLevel } from "../../../schemas/wire.ts";
import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Audience } from "../audience.ts";
import { asSdkTakes } from "../plain-requests.ts";
import { type Client, LOG_LEVEL_META_KEY, type McpSubscription } from "../sdk.ts";
import { reopenPace } from "../transports/news-stream.ts";
import type { AskOptions, RunningWork } from "./running-work.ts";

/** What one session tells us by itself, because we wanted it. Both eras have it, in different ways. */
export interface Wishes {
  /** From this level on the server shall send log messages. */
  setLogLevel(level: LogLevel, options: AskOptions): Promise<void>;
  /** Exactly these resources are watched from now on. */
  watch(uris: ReadonlySet<string>, options: AskOptions): Promise<void>;
  /** Opens the stream that carries notifications where the protocol has no other way. */
  start(): Promise<void>;
  /** What every request carries along. */
  meta(): { _meta?: Record<string, unknown> };
  /** The stream broke and cannot be opened again: the server is not there. At most once. */
  onGone(listener: (why: AppError) => void): void;
  close(): void;
}

export interface WishesOptions {
  client: Client;
  audience: Audience;
  work: Pick<RunningWork, "run">;
  clock: Clock;
  warn: (message: string) => void;
}

const NOTHING: ReadonlySet<string> = new Set();
/** A stream that ends may be a proxy's habit: at once again, but not in a storm. */
const LISTEN_AGAIN_MS = 250;
const LISTEN_LATER_MS = 5_000;
const LISTEN_TIMEOUT_MS = 30_000;
/** Nobody waits longer for a session because of its stream: something between may hold that back. */
const FIRST_LISTEN_MS = 6_000;
const NEVER_OPEN_AGAIN_MS = 60_000;

export function sessionWishes({ client, audience, work, clock, warn }: WishesOptions): Wishes {
  const isModern = () => client.getProtocolEra() === "modern";
  let watched = NOTHING;
  let level: LogLevel | null = null;
  let stream: McpSubscription | null = null;
  let wasOpen = false;
  let isClosed = false;
  let stopTimer = () => {};
  let tellGone: (why: AppError) => void = () => {};
  const reopen = reopenPace({ clock, floorMs: LISTEN_AGAIN_MS });

  const filter = () => {
    if (!audience.isPresent()) return {};
    const offered = client.getServerCapabilities();
    return {
      ...(offered?.tools?.listChanged === true ? { toolsListChanged: true } : {}),
      ...(offered?.prompts?.listChanged === true ? { promptsListChanged: true } : {}),
      ...(offered?.resources?.listChanged === true ? { resourcesListChanged: true } : {}),
      ...(watched.size > 0 ? { resourceSubscriptions: [...watched] } : {}),
    };
  };

  /** The new stream is open before the old one ends: nothing is missed between them. */
  const listen = async (timeout = LISTEN_TIMEOUT_MS) => {
    const old = stream;
    const wanted = filter();
    const opened = Object.keys(wanted).length === 0 ? null : await client.listen(wanted, { timeout });
    stream = opened;
    wasOpen = true;
    await old?.close();
    void opened?.closed.then((how) => {
      if (how === "local" || isClosed || stream !== opened) return;
      stopTimer = reopen(again);
    });
  };

  const again = () => {
    if (isClosed) return;
    work
      .run({ timeoutMs: LISTEN_TIMEOUT_MS }, () => listen())
      .catch((error: AppError) => {
        if (isClosed) return;
        if (wasOpen && isNobodyThere(error))
          return tellGone(new AppError("CONNECTION_CLOSED", "the server broke the connection", { cause: error }));
        warn(`the stream of notifications could not be opened again: ${error.message}`);
        stopTimer = clock.setTimer(wasOpen ? LISTEN_LATER_MS : NEVER_OPEN_AGAIN_MS, again);
      });
  };

  const stopListening = audience.onChange(() => {
    if (isModern()) again();
  });

  return {
    async setLogLevel(wanted, options) {
      if (client.getServerCapabilities()?.logging === undefined)
        throw new AppError("NOT_OFFERED", "the server sends no log messages");
      if (!isModern()) await work.run(options, (request) => client.setLoggingLevel(wanted, asSdkTakes(request)));
      level = wanted;
    },
    async watch(uris, options) {
      if (client.getServerCapabilities()?.resources?.subscribe !== true)
        throw new AppError("NOT_OFFERED", "the server does not tell when resources change");
      const before = watched;
      if (isModern()) {
        watched = new Set(uris);
        return work
          .run(options, () => listen())
          .catch((error: unknown) => {
            watched = before;
            throw error;
          });
      }
      await work.run(options, async (asked) => {
        const request = asSdkTakes(asked);
        for (const uri of uris) if (!before.has(uri)) await client.subscribeResource({ uri }, request);
        for (const uri of before) if (!uris.has(uri)) await client.unsubscribeResource({ uri }, request);
      });
      watched = new Set(uris);
    },
    async start() {
      if (!isModern()) return;
      await listen(FIRST_LISTEN_MS).catch((error: unknown) => {
        if (!isClosed) stopTimer = clock.setTimer(NEVER_OPEN_AGAIN_MS, again);
        throw error;
      });
    },
    meta: () => (level !== null && isModern() ? { _meta: { [LOG_LEVEL_META_KEY]: level } } : {}),
    onGone: (listener) => {
      tellGone = listener;
    },
    close() {
      isClosed = true;
      stopListening();
      stopTimer();
    },
  };
}

function isNobodyThere({ code }: AppError): boolean {
  return code === "CONNECTION_CLOSED" || code === "OUTCOME_UNKNOWN" || code === "CONNECT_FAILED" || code === "CALL_TIMEOUT";
}
