import type { LogLevel, ServerLogView } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { CompletionQuestion, Described } from "../mcp/session/catalogue.ts";
import type { AskOptions } from "../mcp/session/running-work.ts";
import type { McpSession } from "../mcp/session/session.ts";
import type { Principal } from "../ports/identity.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import type { StopSignal } from "../stop-signal.ts";
import type { LiveConnections } from "./live-connections.ts";
import type { ServerLogs } from "./server-logs.ts";
import type { ServerWishes } from "./server-wishes.ts";

/** What servers have besides tools, for the edges. Connects when nothing is open; every failure is an AppError. */
export interface ServerCatalogues {
  resources(place: Place): Promise<{ resources: readonly Described[]; templates: readonly Described[] }>;
  readResource(place: Place, uri: string): Promise<Described>;
  /** From now on `mcp:resource` tells when it changes, also over new connections. */
  subscribe(place: Place, uri: string): Promise<void>;
  unsubscribe(place: Place, uri: string): Promise<void>;
  prompts(place: Place): Promise<readonly Described[]>;
  getPrompt(place: Place, name: string, args: Readonly<Record<string, string>>): Promise<Described>;
  complete(place: Place, question: CompletionQuestion): Promise<Described>;
  setLogLevel(place: Place, level: LogLevel): Promise<void>;
  /** Connects nothing. */
  log(place: Place): { level: LogLevel | null; messages: readonly ServerLogView[] };
}

export interface Place {
  who: Principal;
  server: string;
  /** Aborted when the caller goes away. */
  signal?: StopSignal;
}

export interface ServerCataloguesOptions {
  connections: Pick<LiveConnections, "use">;
  directory: Pick<ServerDirectory, "get">;
  wishes: ServerWishes;
  logs: ServerLogs;
}

const MAX_WATCHED = 100;

export function serverCatalogues({ connections, directory, wishes, logs }: ServerCataloguesOptions): ServerCatalogues {
  const on = <T>({ who, server, signal }: Place, work: (session: McpSession, options: AskOptions) => Promise<T>): Promise<T> =>
    connections.use({ who, server, signal }, (session, { timeoutMs }, spentMs) => work(session, { timeoutMs, spentMs, signal }));

  const watch = (place: Place, change: (uris: Set<string>) => void) =>
    on(place, async (session, options) => {
      const wish = wishes.of(place.who.userId, place.server);
      const uris = new Set(wish.resources);
      change(uris);
      if (uris.size > MAX_WATCHED) throw new AppError("LIMIT_REACHED", `you watch ${MAX_WATCHED} resources of it already`);
      await session.wishes.watch(uris, options);
      wish.resources = uris;
    });

  return {
    resources: (place) =>
      on(place, async ({ catalogue }, options) => ({
        resources: await catalogue().resources(options),
        templates: await catalogue().resourceTemplates(options),
      })),
    readResource: (place, uri) => on(place, ({ catalogue }, options) => catalogue().readResource(uri, options)),
    subscribe: (place, uri) => watch(place, (uris) => uris.add(uri)),
    unsubscribe: (place, uri) => watch(place, (uris) => uris.delete(uri)),
    prompts: (place) => on(place, ({ catalogue }, options) => catalogue().prompts(options)),
    getPrompt: (place, name, args) => on(place, ({ catalogue }, options) => catalogue().getPrompt(name, args, options)),
    complete: (place, question) => on(place, ({ catalogue }, options) => catalogue().complete(question, options)),
    setLogLevel: (place, level) =>
      on(place, async (session, options) => {
        await session.wishes.setLogLevel(level, options);
        wishes.of(place.who.userId, place.server).logLevel = level;
      }),
    log({ who, server }) {
      const { name } = directory.get(who, server);
      return { level: wishes.of(who.userId, name).logLevel, messages: logs.list(who.userId, name) };
    },
  };
}
