import { existsSync } from "node:fs";
import { join } from "node:path";
import { didYouMean } from "../config/did-you-mean.ts";
import type { PatchbayOptions } from "./embed.d.mts";
import { StartRefused } from "./storage/start-refused.ts";

interface Rule {
  expected: string;
  fits(value: unknown): boolean;
}

const LOGGER_METHODS = ["debug", "info", "warn", "error", "child"] as const;

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const orNothing = ({ expected, fits }: Rule): Rule => ({
  expected: `${expected}, or nothing at all`,
  fits: (value) => value === undefined || fits(value),
});

const RULES: Readonly<Record<keyof PatchbayOptions, Rule>> = {
  configPath: { expected: "the path of a YAML file", fits: isText },
  dataFolder: { expected: "the path of a folder", fits: isText },
  mongoUri: orNothing({ expected: "an address such as mongodb://db/patchbay", fits: isText }),
  identify: { expected: "a function that says who is asking", fits: (value) => typeof value === "function" },
  env: orNothing({ expected: "an object of names and values", fits: isObject }),
  publicUrl: orNothing({
    expected: "an address with its scheme, such as https://chat.example.org",
    fits: (value) => isText(value) && /^https?:\/\//.test(value) && URL.canParse(value),
  }),
  clientDir: orNothing({
    expected: "null or a folder with the built page (`npm run build` in Patchbay's folder makes client/dist)",
    fits: (value) => value === null || (isText(value) && existsSync(join(value, "index.html"))),
  }),
  logger: orNothing({
    expected: `an object with the functions ${LOGGER_METHODS.join(", ")}, as pino's`,
    fits: (value) => isObject(value) && LOGGER_METHODS.every((method) => typeof value[method] === "function"),
  }),
};

export const PLUGIN_OPTIONS: readonly string[] = Object.keys(RULES);

/** Throws StartRefused, which names the option and what was expected; never a value that may be a secret. */
export function checkOptions(options: PatchbayOptions): void {
  if (!isObject(options))
    throw refused("createPatchbay needs an object of options.", "Pass at least configPath, dataFolder and identify.");
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(RULES, name)) continue;
    const meant = didYouMean(name, PLUGIN_OPTIONS);
    throw refused(
      `createPatchbay has no option ${name}.`,
      meant === null ? `Leave it out; there are ${PLUGIN_OPTIONS.join(", ")}.` : `Write ${meant}.`,
    );
  }
  for (const [name, { expected, fits }] of Object.entries(RULES)) {
    const value = options[name as keyof PatchbayOptions];
    if (!fits(value)) throw refused(`The option ${name} of createPatchbay ${foundAs(name, value)}.`, `Give it ${expected}.`);
  }
}

/** Addresses and paths help to find the mistake; a database's may hold a password. */
function foundAs(name: string, value: unknown): string {
  if (value === undefined) return "is missing";
  if (typeof value === "string" && name !== "mongoUri") return `cannot be ${JSON.stringify(value)}`;
  return `cannot be ${value === null ? "null" : `this ${typeof value}`}`;
}

const refused = (message: string, next: string) => new StartRefused("OPTION_REFUSED", message, next);
