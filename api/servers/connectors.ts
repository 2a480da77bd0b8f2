import { looksAlike, slugFromTitle } from "../../config/names.ts";
import type { PlatformConfig, ServerConfig } from "../../config/types.ts";
import { validateUserServer, withoutForeignPlaceholders } from "../../config/user-server.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import { sealedFrom } from "../ports/sealed-value.ts";
import type { SecretBox } from "../ports/secret-box.ts";
import type { ServerRecord, ServerStore } from "../ports/stores.ts";

export interface ConnectorsOptions {
  store: ServerStore;
  maxPerUser: number;
  box: SecretBox;
  clock: Clock;
  sink: Pick<EventSink, "serversChanged">;
  logger: Pick<Logger, "warn">;
  /** The operator's file: its names are taken, and its `interface.mcpServers.create` decides. */
  config: () => PlatformConfig;
  /** Contacts a server before it is kept; throws what is wrong with it. Signing in later is fine. */
  inspect: (who: Principal, server: ServerConfig) => Promise<void>;
  /** After a change: connections of the owner move or close. */
  moved: (ownerId: string, server: string, change: "changed" | "removed") => Promise<void>;
}

/** Connectors people make in the UI or by API: remote servers only, each visible to its maker. */
export interface Connectors {
  /** Reads what is stored. Before anything else, once. */
  load(): Promise<void>;
  ofOwner(ownerId: string): readonly ServerConfig[];
  /** REQUEST_INVALID with details, CREATE_FORBIDDEN, LIMIT_REACHED, or why the server cannot be reached. */
  create(who: Principal, config: unknown): Promise<ServerConfig>;
  update(who: Principal, name: string, config: unknown): Promise<ServerConfig>;
  remove(who: Principal, name: string): Promise<void>;
}

const MAX_TITLE_CHARACTERS = 128;

const LEFT_OUT = "a connector that is stored cannot be opened, or is not what a connector may be any more; it is left out";

export function createConnectors(options: ConnectorsOptions): Connectors {
  const { store, maxPerUser, box, clock, sink, logger, config, inspect, moved } = options;
  const byName = new Map<string, { record: ServerRecord; server: ServerConfig }>();

  /** Whose are being kept at this moment. */
  const keeping: string[] = [];
  const refuseMore = ({ userId }: Principal) => {
    const owners = [...[...byName.values()].map(({ record }) => record.ownerId), ...keeping];
    if (owners.filter((owner) => owner === userId).length >= maxPerUser)
      throw new AppError("LIMIT_REACHED", `you have ${maxPerUser} connectors; delete some of them first`);
  };

  const own = (who: Principal, name: string) => {
    if (config().servers.has(name)) throw new AppError("SERVER_READ_ONLY", `"${name}" is in the operator's file`);
    const found = byName.get(name);
    if (found === undefined || found.record.ownerId !== who.userId)
      throw new AppError("SERVER_UNKNOWN", `you have made no server "${name}"`);
    return found;
  };

  const ofOwner = (ownerId: string) =>
    [...byName.values()]
      // A name the file takes later belongs to the file.
      .filter(({ record, server }) => record.ownerId === ownerId && !config().servers.has(server.name))
      .map(({ server }) => server);

  /** Taken for another server, it would be given what is meant for that one. */
  const checkTitle = ({ userId }: Principal, { name, title }: ServerConfig) => {
    if (title.length > MAX_TITLE_CHARACTERS) throw wrongTitle(`at most ${MAX_TITLE_CHARACTERS} characters`);
    const others = [...config().servers.values(), ...ofOwner(userId)].filter((other) => other.name !== name);
    if (others.some((other) => looksAlike(title, other.title) || looksAlike(title, other.name)))
      throw wrongTitle("a title that does not look like another server's");
  };

  const check = (who: Principal, input: unknown, name: string) => {
    const checked = validateUserServer(input, name);
    if (!checked.ok) {
      const details = checked.problems.map(({ path, expected, message }) => ({
        path: `/config${path}`,
        expected: expected ?? message,
      }));
      throw new AppError("REQUEST_INVALID", "this connector cannot be made", { details });
    }
    // Checked again without what it must not name, so that what is kept is what was checked.
    const kept = validateUserServer(withoutForeignPlaceholders(checked.entry), name);
    if (!kept.ok) throw new AppError("REQUEST_INVALID", "this connector cannot be made");
    if (kept.server.oboScopes !== null && !config().interface.configureObo)
      throw new AppError("OBO_FORBIDDEN", "the operator does not let connectors use `obo`");
    checkTitle(who, kept.server);
    return kept;
  };

  const contextOf = (ownerId: string, server: string) =>
    ({ purpose: "connector", userId: ownerId, server, origin: "", name: "config" }) as const;
  const sealed = (ownerId: string, name: string, entry: object) =>
    JSON.stringify(box.seal(contextOf(ownerId, name), JSON.stringify(entry)));

  return {
    async load() {
      for (const record of await store.list()) {
        const text = box.open(contextOf(record.ownerId, record.name), sealedFrom(record.config));
        const checked = text === null ? null : validateUserServer(JSON.parse(text), record.name);
        if (checked?.ok === true) {
          byName.set(record.name, { record, server: checked.server });
          continue;
        }
        const problems = checked?.problems.map(({ code, path }) => `${code} ${path}`) ?? [];
        logger.warn({ userId: record.ownerId, server: record.name, problems }, LEFT_OUT);
      }
    },
    ofOwner: (ownerId) => ofOwner(ownerId).sort((a, b) => a.title.localeCompare(b.title)),
    async create(who, input) {
      if (!config().interface.create) throw new AppError("CREATE_FORBIDDEN", "the operator does not let people make connectors");
      const title = (input as { title?: unknown } | null)?.title;
      const isTaken = (name: string) => config().servers.has(name) || byName.has(name);
      const name = slugFromTitle(typeof title === "string" ? title : "", isTaken);
      const { entry, server } = check(who, input, name);
      refuseMore(who);
      await inspect(who, server);
      const now = clock.now();
      const record: ServerRecord = {
        name,
        ownerId: who.userId,
        config: sealed(who.userId, name, entry),
        createdAt: now,
        updatedAt: now,
      };
      // Again: others may have been made while this one was looked at.
      refuseMore(who);
      keeping.push(who.userId);
      try {
        if (!(await store.insert(record))) throw new AppError("SERVER_EXISTS", `the name "${name}" was just taken`);
        byName.set(name, { record, server });
      } finally {
        keeping.splice(keeping.indexOf(who.userId), 1);
      }
      sink.serversChanged(who.userId);
      return server;
    },
    async update(who, name, input) {
      const { record } = own(who, name);
      const { entry, server } = check(who, input, name);
      await inspect(who, server);
      const change = { config: sealed(record.ownerId, name, entry), updatedAt: clock.now() };
      if (!(await store.update(name, change))) throw new AppError("SERVER_UNKNOWN", `"${name}" was removed meanwhile`);
      byName.set(name, { record: { ...record, ...change }, server });
      sink.serversChanged(who.userId);
      await moved(who.userId, name, "changed");
      return server;
    },
    async remove(who, name) {
      own(who, name);
      await store.delete(name);
      byName.delete(name);
      await moved(who.userId, name, "removed");
      sink.serversChanged(who.userId);
    },
  };
}

function wrongTitle(expected: string): AppError {
  return new AppError("REQUEST_INVALID", "this connector cannot be made", { details: [{ path: "/config/title", expected }] });
}
