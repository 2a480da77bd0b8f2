import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, type Socket } from "socket.io-client";
import { stringify } from "yaml";
import { compose } from "../../api/compose.ts";
import type { ComposeOptions, House } from "../../api/house.ts";
import { clientAddress } from "../../api/http/client-address.ts";
import { scryptPasswords } from "../../api/identity/passwords.ts";
import { createLogger } from "../../api/logging/logger.ts";
import { systemClock } from "../../api/ports/clock.ts";
import type { Identity } from "../../api/ports/identity.ts";
import { openSocketServer } from "../../api/realtime/socket-server.ts";
import { openChosenStorage } from "../../api/storage-choice.ts";
import { fileSource } from "../../config/source/file-source.ts";
import type { ClientToServerEvents, ServerToClientEvents } from "../../schemas/wire.ts";

export type ClientSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** What the API answered. `body` is whatever JSON it was. */
export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  body: any;
}

/** Somebody with a session of their own. */
export interface Caller {
  cookie: string;
  userId: string;
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  socket(headers?: Record<string, string>): ClientSocket;
}

export interface RunningHouse {
  url: string;
  house: House;
  configPath: string;
  dataFolder: string;
  /** Everything it logged, a JSON text a line. */
  log: string[];
  anonymous: Caller;
  admin(): Promise<Caller>;
  user(name: string): Promise<Caller>;
  close(): Promise<void>;
}

export const PASSWORD = "correct horse battery staple";

export interface StartHouseOptions {
  env?: Record<string, string>;
  /** Other sections of the file. */
  more?: object;
  /** People come by a host platform's header instead of a password: cheap, for crowds. */
  hosted?: boolean;
  limits?: ComposeOptions["limits"];
  chatLimits?: ComposeOptions["chatLimits"];
  /** Where the configuration comes from instead of the file. */
  source?: ComposeOptions["source"];
  metricsToken?: string;
  /** A built page to serve beside the API. */
  clientDir?: string;
  /** @default 0, a free one */
  port?: number;
  /** The address people use, where it is not the house's own. */
  publicUrl?: string;
  allowedHosts?: ComposeOptions["allowedHosts"];
  /** @default false */
  trustProxy?: boolean | number | string;
  /** @default the wall's */
  clock?: ComposeOptions["clock"];
  /** Data that another house has, or had. @default a fresh folder, removed at the end */
  dataFolder?: string;
  /** @default the system's */
  lookup?: ComposeOptions["lookup"];
  /** @default the real ones at a fraction of the cost */
  passwords?: ComposeOptions["passwords"];
}

/** Hundreds of people sign in, and at the cost that strangers shall pay that would be half of the tests' time. */
const QUICK_PASSWORDS = scryptPasswords({ log2N: 10, p: 1 });

/** A host platform's sign-in that believes a header. */
const hostIdentity: Identity = {
  async identify({ headers }) {
    const name = headers["x-host-user"];
    if (typeof name !== "string") return null;
    const email = `${name}@example.org`;
    const role = name === "admin" ? "ADMIN" : "USER";
    return {
      userId: `host-${name}`,
      email,
      name,
      role,
      sessionId: null,
      via: "host",
      fields: { id: `host-${name}`, email, name },
    };
  },
};

/** The real house on a free port, over a fresh SQLite file, with these servers in its file. */
export async function startHouse(mcpServers: object, options: StartHouseOptions = {}): Promise<RunningHouse> {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), "patchbay-house-"));
  const configPath = join(dataFolder, "librechat.yaml");
  writeFileSync(configPath, configText(mcpServers, options.more));
  const log: string[] = [];
  const logger = createLogger({ level: "debug", destination: { write: (line: string) => void log.push(line) } });
  const env = options.env ?? {};
  const storage = await openChosenStorage({ mongoUri: undefined, dataFolder, env });
  const house = await compose({
    storage,
    dataFolder,
    source: options.source ?? fileSource(configPath, { clock: systemClock, pollMs: 200 }),
    env,
    logger,
    ...(options.hosted === true ? { identity: hostIdentity } : {}),
    publicUrl: options.publicUrl ?? null,
    allowedHosts: options.allowedHosts,
    clientDir: options.clientDir ?? null,
    limits: options.limits,
    chatLimits: options.chatLimits,
    metricsToken: options.metricsToken,
    lookup: options.lookup,
    passwords: options.passwords ?? QUICK_PASSWORDS,
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  const { trustProxy = false } = options;
  const http = createServer(house.app({ trustProxy }));
  const sockets = openSocketServer(http);
  house.attach(sockets, { addressOf: clientAddress(trustProxy) });
  await new Promise<void>((resolve) => http.listen(options.port ?? 0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const opened: ClientSocket[] = [];

  const caller = (cookie: string, userId: string, own: Record<string, string> = cookie === "" ? {} : { cookie }): Caller => ({
    cookie,
    userId,
    ask: (method, path, body, headers) => askOver(url, { method, path, body, headers: { ...own, ...headers } }),
    socket: (headers) => {
      const socket: ClientSocket = io(`${url}/mcp`, {
        forceNew: true,
        reconnection: false,
        extraHeaders: { ...own, ...headers },
      });
      opened.push(socket);
      return socket;
    },
  });
  const hosted = (name: string) => caller("", `host-${name}`, { "x-host-user": name });
  const signedIn = async (answer: Answer) => caller(cookieOf(answer), answer.body.user.id);
  let first: Promise<Caller> | undefined;
  const admin = async () => {
    if (options.hosted === true) return hosted("admin");
    first ??= (async () => {
      const token = await house.accounts?.issueSetupToken();
      const body = { token, email: "admin@example.org", name: "Admin", password: PASSWORD };
      return signedIn(await askOver(url, { method: "POST", path: "/api/setup", body }));
    })();
    return first;
  };
  return {
    url,
    house,
    configPath,
    dataFolder,
    log,
    anonymous: caller("", ""),
    admin,
    async user(name) {
      if (options.hosted === true) return hosted(name);
      const email = `${name}@example.org`;
      await (await admin()).ask("POST", "/api/users", { email, name, role: "USER", password: PASSWORD });
      return signedIn(await askOver(url, { method: "POST", path: "/api/auth/sign-in", body: { email, password: PASSWORD } }));
    },
    async close() {
      for (const socket of opened) socket.disconnect();
      await sockets.close();
      http.closeAllConnections();
      await house.close();
      if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** A configuration with these servers. They are not looked at when the house starts, unless they say `startup: true`. */
export function configText(mcpServers: object, more: object = {}): string {
  const entries = Object.entries(mcpServers).map(([name, entry]: [string, object]) => [name, { startup: false, ...entry }]);
  return stringify({ version: "1.3.17", mcpServers: Object.fromEntries(entries), ...more });
}

/** `name=value` of the session cookie an answer set. */
export function cookieOf({ headers }: Answer): string {
  return headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

interface Asked {
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
}

/** A text body goes out as it is: it may be meant to be broken. */
export async function askOver(url: string, { method, path, body, headers = {} }: Asked): Promise<Answer> {
  const sent = body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const all = { "content-type": "application/json", ...headers };
  const response = await fetch(url + path, { method, headers: all, body: sent, redirect: "manual" });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
