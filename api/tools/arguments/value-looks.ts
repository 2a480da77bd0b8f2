import { isDeepStrictEqual } from "node:util";
import { foundWords, TYPE_WORDS } from "../../../schemas/compile.ts";
import { isRecord } from "../../mcp/anything.ts";
import { type Look, misfit, NotPlain, type Schema, spend } from "./look.ts";

const IS: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  array: Array.isArray,
  object: isRecord,
};

export function typeLook({ type, nullable }: Schema): Look | null {
  if (type === undefined) return null;
  const names = [type, ...(nullable === true ? ["null"] : [])].flat();
  const tests = names.map((name) => (typeof name === "string" && Object.hasOwn(IS, name) ? IS[name] : undefined));
  if (tests.includes(undefined)) throw new NotPlain();
  const words = names.map((name) => TYPE_WORDS[name as string]).join(" or ");
  return (value, run) => {
    spend(run);
    for (const test of tests) if (test?.(value) === true) return;
    misfit(run, words, foundWords(value));
  };
}

export const MAX_SHOWN_VALUES = 20;

export function valueLook(values: unknown): Look | null {
  if (values === undefined) return null;
  if (!Array.isArray(values)) throw new NotPlain();
  const plain = new Set(values.filter((value) => typeof value !== "object" || value === null));
  const others = values.filter((value) => !plain.has(value));
  const shown = values.slice(0, MAX_SHOWN_VALUES).map((value) => JSON.stringify(value).slice(0, 80));
  const words = `${values.length === 1 ? "" : "one of "}${shown.join(", ")}${values.length > shown.length ? ", …" : ""}`;
  return (value, run) => {
    spend(run, 1 + others.length);
    if (plain.has(value) || others.some((other) => isDeepStrictEqual(other, value))) return;
    misfit(run, words, foundWords(value));
  };
}

type Bound = readonly [keyword: string, words: string, isOver: (size: number, limit: number) => boolean];

/** Each keyword is a number, or the schema is of a draft in which it means something else. */
function boundsOf(schema: Schema, known: readonly Bound[]) {
  return known.flatMap(([keyword, words, isOver]) => {
    const limit = schema[keyword];
    if (limit === undefined) return [];
    if (typeof limit !== "number") throw new NotPlain();
    return [{ limit, words, isOver }];
  });
}

export function sizeLook(schema: Schema, known: readonly Bound[], sizeOf: (value: unknown) => number | null): Look | null {
  const bounds = boundsOf(schema, known);
  if (bounds.length === 0) return null;
  return (value, run) => {
    const size = sizeOf(value);
    if (size === null) return;
    spend(run);
    for (const { limit, words, isOver } of bounds)
      if (isOver(size, limit)) misfit(run, words.replace("%", String(limit)), foundWords(value));
  };
}

export const above = (size: number, limit: number) => size > limit;
export const under = (size: number, limit: number) => size < limit;

export function numberLook(schema: Schema): Look | null {
  const known: Bound[] = [
    ["minimum", "a number that is at least %", under],
    ["maximum", "a number that is at most %", above],
    ["exclusiveMinimum", "a number above %", (size, limit) => size <= limit],
    ["exclusiveMaximum", "a number below %", (size, limit) => size >= limit],
    ["multipleOf", "a multiple of %", (size, limit) => !(Math.abs(Math.round(size / limit) - size / limit) < 1e-8)],
  ];
  return sizeLook(schema, known, (value) => (typeof value === "number" ? value : null));
}

export function stringLook(schema: Schema): Look | null {
  const known: Bound[] = [
    ["minLength", "a text of at least % characters", under],
    ["maxLength", "a text of at most % characters", above],
  ];
  return sizeLook(schema, known, (value) => (typeof value === "string" ? characters(value) : null));
}

function characters(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
