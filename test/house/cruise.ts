import { createRequire } from "node:module";
import swc from "@swc/core";
import { cruise, type ICruiseOptions, type ICruiseResult } from "dependency-cruiser";

export interface Violation {
  rule: string;
  from: string;
  to: string;
}

export interface Cruised {
  /** Files of ours that were read. The tool reads none, in silence, when its parser is missing: always look at this. */
  seen: readonly string[];
  violations: readonly Violation[];
}

const ROOMS = ["api", "client", "config", "schemas", "test"];

/** dependency-cruiser 17 asks swc for TypeScript without JSX and fails on every .tsx file; swc itself can read them. */
const parseFileSync = swc.parseFileSync;
swc.parseFileSync = ((path: string, options?: Parameters<typeof parseFileSync>[1]) =>
  parseFileSync(path, { ...options, syntax: "typescript", tsx: path.endsWith(".tsx") })) as typeof parseFileSync;

/** Applies `.dependency-cruiser.cjs` to the rooms under `baseDir`. */
export async function cruiseRooms(baseDir: string, rooms: readonly string[] = ROOMS): Promise<Cruised> {
  const { forbidden, options } = createRequire(import.meta.url)("../../.dependency-cruiser.cjs") as {
    forbidden: NonNullable<ICruiseOptions["ruleSet"]>["forbidden"];
    options: Record<string, unknown>;
  };
  const settings = {
    ...options,
    baseDir,
    exclude: { path: "^client/dist/" },
    validate: true,
    ruleSet: { forbidden },
  } as ICruiseOptions;
  const { output } = await cruise([...rooms], settings, options.enhancedResolveOptions as object);
  const { modules, summary } = output as ICruiseResult;
  return {
    seen: modules.map(({ source }) => source).filter((source) => /\.tsx?$/.test(source) && isOurs(source, rooms)),
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
  };
}

function isOurs(source: string, rooms: readonly string[]): boolean {
  return rooms.some((room) => source.startsWith(`${room}/`));
}
