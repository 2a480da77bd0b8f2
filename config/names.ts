import { hidesCharacters } from "../schemas/hidden-characters.ts";

/** What stands between tool and server in the name a model sees. */
const DELIMITER = "_mcp_";
const MAX_NAME_CHARACTERS = 64;

/** A server's name as it may stand in a tool's name: only `A-Za-z0-9_.-`. */
export function normalizeServerName(name: string): string {
  const replaced = name.replace(/[^A-Za-z0-9_.-]/g, "_");
  if (replaced === name) return name;
  const trimmed = replaced.replace(/^_+|_+$/g, "");
  return trimmed === "" ? `server_${hash(name)}` : trimmed;
}

/** What a model sees: `<tool>_mcp_<server>`. */
export function toolKey(tool: string, server: string): string {
  return `${tool}${DELIMITER}${normalizeServerName(server)}`;
}

/** Back from a key to tool and server: the longest known server that fits, else what follows the last delimiter. */
export function splitToolKey(key: string, servers: readonly string[]): readonly [tool: string, server: string | null] {
  let best: string | null = null;
  for (const server of servers) {
    const isLonger = best === null || normalizeServerName(server).length > normalizeServerName(best).length;
    if (isLonger && key.endsWith(`${DELIMITER}${normalizeServerName(server)}`)) best = server;
  }
  if (best !== null) return [key.slice(0, -(DELIMITER.length + normalizeServerName(best).length)), best];
  const at = key.lastIndexOf(DELIMITER);
  return at === -1 ? [key, null] : [key.slice(0, at), key.slice(at + DELIMITER.length)];
}

/** Servers whose tools would be called like another server's: all but the one spelled in normal form, else the first. */
export function shadowedServers(names: readonly string[]): string[] {
  const winners = new Map<string, string>();
  for (const name of names) {
    const normal = normalizeServerName(name);
    if (name === normal || !winners.has(normal)) winners.set(normal, name);
  }
  return names.filter((name) => winners.get(normalizeServerName(name)) !== name);
}

/** The key of a connector made in the UI: from its title, made unique with a counter, no longer than names may be. */
export function slugFromTitle(title: string, taken: (name: string) => boolean = () => false): string {
  const slug =
    title
      .toLowerCase()
      .replace(/[^a-z0-9\s-]/g, "")
      .trim()
      .replace(/[\s-]+/g, "-")
      .slice(0, MAX_NAME_CHARACTERS)
      .replace(/^-+|-+$/g, "") || "mcp-server";
  for (let count = 2, name = slug; ; count += 1) {
    if (!taken(name) && !isReserved(name)) return name;
    const counter = `-${count}`;
    name = slug.slice(0, MAX_NAME_CHARACTERS - counter.length) + counter;
  }
}

/** Why a server cannot have this name; null when it can. */
export function nameFault(name: string): string | null {
  if (name.trim() === "") return "the name is empty";
  if (name.length > MAX_NAME_CHARACTERS) return `the name is longer than ${MAX_NAME_CHARACTERS} characters`;
  if (isReserved(name)) return "the name is reserved";
  if (/[/\\]/.test(name) || hidesCharacters(name)) return "the name holds a slash or an invisible character";
  return null;
}

function isReserved(name: string): boolean {
  // As a path, `/api/mcp/servers/tools` is the server "tools", not the tools of "servers".
  return name in {} || name === "prototype" || name === "." || name === ".." || name === "servers";
}

/** Letters of other scripts that look like Latin ones. */
const LOOK_ALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "аa",
    "вb",
    "еe",
    "ёe",
    "кk",
    "мm",
    "нh",
    "оo",
    "рp",
    "сc",
    "тt",
    "уy",
    "хx",
    "іi",
    "ıi",
    "їi",
    "јj",
    "ѕs",
    "ԁd",
    "ɡg",
    "һh",
    "ӏl",
    "ոn",
    "օo",
    "αa",
    "βb",
    "εe",
    "ιi",
    "κk",
    "νv",
    "οo",
    "ρp",
    "τt",
    "υu",
    "χx",
  ].map(([look, latin]) => [look, latin]),
);

/** Two names with the same skeleton look like one to people, or become one in tool names. */
export function nameSkeleton(name: string): string {
  return normalizeServerName(folded(name));
}

/** Two titles, or a title and a name, that people would take for one: case, what stands between words, look-alike letters. */
export function looksAlike(one: string, other: string): boolean {
  return inWords(one) === inWords(other);
}

function inWords(text: string): string {
  return folded(text)
    .split(/[\s_.-]+/)
    .filter((word) => word !== "")
    .join(" ");
}

/** The same for all texts that are drawn alike, whatever letters they are written in; capitals count as small. */
export function folded(text: string): string {
  if (/^[ -~]*$/.test(text)) return text.toLowerCase();
  const letters = [...text.normalize("NFKC").toLowerCase()].map((letter) => LOOK_ALIKES[letter] ?? letter);
  // The capital of Turkish becomes an `i` with a second dot, on top of the first.
  return letters.join("").replaceAll("i\u0307", "i");
}

function hash(text: string): number {
  let value = 0;
  for (const character of text) value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return value;
}
