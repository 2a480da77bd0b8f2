import { existsSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";

/** What the process is told by its environment. */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly dataFolder: string;
  /** A path or an http(s) address. */
  readonly config: string;
  /** The bundled example is in use, with the demo servers it talks to. */
  readonly isExample: boolean;
  readonly mongoUri: string | undefined;
  readonly publicUrl: string | null;
  /** More names that people reach it by, besides `publicUrl`'s. */
  readonly allowedHosts: readonly string[];
  readonly trustProxy: string | number | boolean;
  readonly logLevel: string;
  /** What a machine sends to read `/metrics`; null when only admins may. */
  readonly metricsToken: string | null;
  /** How long the process says that it is not ready before it takes nothing new. */
  readonly drainNoticeMs: number;
}

/** A setting that cannot be used. The message names it, and what was expected. */
export class SettingRefused extends Error {
  override readonly name = "SettingRefused";
}

export const EXAMPLE_FILE = "librechat.example.yaml";
const DEFAULT_FILE = "librechat.yaml";
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "silent"];

/** Reads the environment. Throws SettingRefused. `folder` is where files are looked for. */
export function readSettings(env: Readonly<Record<string, string | undefined>>, folder: string): Settings {
  refuseUnproven(env.NODE_TLS_REJECT_UNAUTHORIZED);
  checkProxy(env.PROXY);
  const config = env.CONFIG_PATH || (existsSync(join(folder, DEFAULT_FILE)) ? DEFAULT_FILE : EXAMPLE_FILE);
  return {
    port: portOf(env.PORT),
    host: env.HOST || "127.0.0.1",
    dataFolder: env.DATA_DIR || "data",
    config,
    isExample: config === EXAMPLE_FILE || config === join(folder, EXAMPLE_FILE),
    mongoUri: env.MONGO_URI || undefined,
    publicUrl: urlOf(env.DOMAIN_SERVER),
    allowedHosts: hostsOf(env.ALLOWED_HOSTS),
    trustProxy: trustOf(env.TRUST_PROXY),
    logLevel: levelOf(env.LOG_LEVEL),
    metricsToken: tokenOf(env.METRICS_TOKEN),
    drainNoticeMs: noticeOf(env.DRAIN_NOTICE_MS),
  };
}

/** Servers, databases and the configuration's address would be whoever answers. */
function refuseUnproven(text: string | undefined): void {
  if (text === "0")
    throw new SettingRefused(
      "NODE_TLS_REJECT_UNAUTHORIZED=0 would let anybody answer in a server's name. Unset it, and name the file of your own certificate authority in NODE_EXTRA_CA_CERTS.",
    );
}

function portOf(text: string | undefined): number {
  if (text === undefined || text === "") return 3080;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new SettingRefused(`PORT must be a number from 0 to 65535, not "${text}".`);
  return port;
}

function urlOf(text: string | undefined): string | null {
  if (text === undefined || text === "") return null;
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new SettingRefused(`DOMAIN_SERVER must be an http or https URL, not "${text}".`);
  const { username, password, search, hash } = new URL(text);
  // Every link is made of it, and a password may be in it: it is not repeated.
  if (username + password + search + hash !== "")
    throw new SettingRefused("DOMAIN_SERVER must be an address alone, without a name, a password, a `?` or a `#` in it.");
  return text.replace(/\/+$/, "");
}

/** As express takes it: a count of proxies, or a list of their addresses. */
function trustOf(text: string | undefined): string | number | boolean {
  if (text === undefined || text === "") return false;
  if (/^\d+$/.test(text)) return Number(text);
  const wrong = text.split(",").find((entry) => !isNetwork(entry.trim()));
  if (wrong === undefined) return text;
  throw new SettingRefused(
    `TRUST_PROXY must be the number of proxies in front, or their addresses with commas between them (10.0.0.0/8, ::1, loopback, linklocal, uniquelocal), not "${wrong.trim()}".`,
  );
}

function isNetwork(entry: string): boolean {
  if (["loopback", "linklocal", "uniquelocal"].includes(entry)) return true;
  const [address = "", range, ...more] = entry.split("/");
  const kind = isIP(address);
  if (kind === 0 || more.length > 0) return false;
  const bits = Number(range ?? 1);
  return Number.isInteger(bits) && bits > 0 && bits <= (kind === 6 ? 128 : 32);
}

/** Names alone: requests are compared without scheme and port. */
function hostsOf(text = ""): readonly string[] {
  const hosts = text.split(/[\s,]+/).filter((host) => host !== "");
  for (const host of hosts) {
    const { hostname = null } = URL.canParse(`http://${host}`) ? new URL(`http://${host}`) : {};
    if (hostname !== host.toLowerCase())
      throw new SettingRefused(
        `ALLOWED_HOSTS takes names without scheme, port and path, such as ${nameIn(host) ?? "patchbay.example.org"}, not "${host}".`,
      );
  }
  return hosts;
}

const nameIn = (host: string) => [host, `http://${host}`].flatMap((each) => URL.parse(each)?.hostname || [])[0];

function checkProxy(text: string | undefined): void {
  const url = text?.trim();
  if (!url || (/^(https?|socks5?):\/\//i.test(url) && URL.canParse(url))) return;
  // It may hold a password.
  throw new SettingRefused("PROXY must be an http, https or socks5 URL, such as http://proxy.example.org:3128.");
}

function levelOf(text: string | undefined): string {
  if (text === undefined || text === "") return "info";
  if (!LOG_LEVELS.includes(text)) throw new SettingRefused(`LOG_LEVEL must be one of ${LOG_LEVELS.join(", ")}, not "${text}".`);
  return text;
}

function noticeOf(text: string | undefined): number {
  const ms = Number(text ?? "");
  if (!Number.isInteger(ms) || ms < 0 || ms > 600_000)
    throw new SettingRefused(`DRAIN_NOTICE_MS must be a number from 0 to 600000, not "${text}".`);
  return ms;
}

function tokenOf(text: string | undefined): string | null {
  if (text === undefined || text === "") return null;
  if (!/^[\x21-\x7e]{16,}$/.test(text))
    throw new SettingRefused("METRICS_TOKEN must have at least 16 characters, without blanks.");
  return text;
}
