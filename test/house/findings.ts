/**
 * Rules of the house over its own text. Each takes text and returns what is wrong, one line a finding,
 * so that `house-rules.test.ts` can show it something bad as well as the real thing.
 */

const MAX_LINES = 300;

/** Files that hold more than one idea. */
export function tooLong(files: Readonly<Record<string, string>>): string[] {
  return Object.entries(files)
    .map(([path, text]) => [path, text.replace(/\n$/, "").split("\n").length] as const)
    .filter(([, lines]) => lines > MAX_LINES)
    .map(([path, lines]) => `${path} has ${lines} lines, more than ${MAX_LINES}`);
}

/** Barrels, rooms without a meaning, and names that are not kebab-case. */
export function badNames(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const parts = path.split("/");
    const file = parts.at(-1) ?? "";
    if (/^index\.tsx?$/.test(file)) return [`${path}: no index files`];
    if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)*\.tsx?$/.test(file)) return [`${path}: not kebab-case`];
    const empty = parts.find((part) => /^(utils?|helpers?|common|types|misc)$/.test(part));
    return empty === undefined ? [] : [`${path}: "${empty}" says nothing about what lives there`];
  });
}

/** Store ports (`export interface XStore`) without a contract that both adapters run. */
export function storesWithoutContract(portsText: string, contractTexts: readonly string[]): string[] {
  const ports = [...portsText.matchAll(/^export interface (\w+Store) /gm)].map(([, name]) => name ?? "");
  if (ports.length === 0) return ["no store port was found"];
  return ports
    .filter((name) => !contractTexts.some((text) => text.includes(`describe${name}(`)))
    .map((name) => `${name} has no contract`);
}

/** The lockfile names no place to download from: every machine uses its own registry. */
export function hostsInLockfile(text: string): string[] {
  const lock = JSON.parse(text) as { packages: Record<string, { resolved?: string }> };
  return Object.entries(lock.packages).flatMap(([name, { resolved }]) =>
    resolved === undefined ? [] : [`${name} names ${resolved}`],
  );
}

/** Lowest versions without a known hole that matters here. */
export const LIBRARY_FLOORS: Readonly<Record<string, string>> = {
  "@modelcontextprotocol/sdk": "1.26.0",
  handlebars: "4.7.9",
  yaml: "2.8.3",
  ajv: "8.18.0",
  "socket.io-parser": "4.2.7",
  qs: "6.16.0",
  "body-parser": "2.2.1",
  "path-to-regexp": "8.4.0",
  mongoose: "8.22.1",
};

/** Every installed copy below its floor, nested copies included; also floors nothing was found for. */
export function belowFloor(lockText: string, floors = LIBRARY_FLOORS): string[] {
  const { packages } = JSON.parse(lockText) as { packages: Record<string, { version?: string; dev?: boolean }> };
  return Object.entries(floors).flatMap(([name, floor]) => {
    const copies = Object.entries(packages).filter(([path]) => path.endsWith(`node_modules/${name}`));
    if (copies.length === 0) return [`${name} is not installed: drop its floor`];
    return copies
      .filter(([, { version }]) => isLower(version ?? "0", floor))
      .map(([path, { version }]) => `${path} is ${version}, below ${floor}`);
  });
}

function isLower(version: string, floor: string): boolean {
  const [a, b] = [version, floor].map((each) => each.split(/[.-]/).map(Number));
  for (let i = 0; i < 3; i += 1) {
    const difference = (a?.[i] ?? 0) - (b?.[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** Dependencies that an `npm ci` elsewhere could fill differently. */
export function looseVersions(packageText: string): string[] {
  const {
    dependencies = {},
    devDependencies = {},
    optionalDependencies = {},
  } = JSON.parse(packageText) as Record<string, Record<string, string>>;
  return Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter(([, range]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(range))
    .map(([name, range]) => `${name} is "${range}", not one exact version`);
}
