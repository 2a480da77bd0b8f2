import { foundWords } from "../../../schemas/compile.ts";
import { isRecord } from "../../mcp/anything.ts";
import { below, type Look, misfit, NotPlain, type Schema, spend, TooMuch } from "./look.ts";
import { above, MAX_SHOWN_VALUES, sizeLook, under } from "./value-looks.ts";

export type At = (schema: unknown) => Look;

export function objectLook(schema: Schema, at: At): Look | null {
  const { properties = {}, required = [], additionalProperties } = schema;
  if (!isRecord(properties) || !Array.isArray(required)) throw new NotPlain();
  const own = new Map(Object.entries(properties).map(([name, each]) => [name, at(each)]));
  const others = additionalProperties === undefined || additionalProperties === true ? null : at(additionalProperties);
  const isClosed = additionalProperties === false;
  const names = required.map(String);
  const count = sizeLook(
    schema,
    [
      ["minProperties", "at least % of them", under],
      ["maxProperties", "at most % of them", above],
    ],
    (value) => (isRecord(value) ? Object.keys(value).length : null),
  );
  if (own.size === 0 && others === null && names.length === 0) return count;
  return (value, run) => {
    if (!isRecord(value)) return;
    for (const name of names) if (!Object.hasOwn(value, name)) misfit(run, "there: it is required", "nothing", name);
    for (const key of Object.keys(value)) {
      spend(run);
      const look = own.get(key);
      if (look !== undefined) below(run, key, value[key], look);
      else if (isClosed) misfit(run, unknownWords(own), "an argument that is not known", key);
      else if (others !== null) below(run, key, value[key], others);
    }
    count?.(value, run);
  };
}

function unknownWords(own: ReadonlyMap<string, Look>): string {
  if (own.size === 0) return "left out: there are no arguments here";
  const names = [...own.keys()].slice(0, MAX_SHOWN_VALUES).map((name) => name.slice(0, 80));
  return `left out: what is known here is ${names.join(", ")}`;
}

export function listLook(schema: Schema, at: At): Look | null {
  const { items, prefixItems = [], uniqueItems } = schema;
  if (Array.isArray(items) || !Array.isArray(prefixItems)) throw new NotPlain();
  const first = prefixItems.map(at);
  const rest = items === undefined ? null : at(items);
  const count = sizeLook(
    schema,
    [
      ["minItems", "a list of at least %", under],
      ["maxItems", "a list of at most %", above],
    ],
    (value) => (Array.isArray(value) ? value.length : null),
  );
  if (first.length === 0 && rest === null && uniqueItems !== true) return count;
  return (value, run) => {
    if (!Array.isArray(value)) return;
    for (let index = 0; index < value.length; index += 1) {
      spend(run);
      const look = first[index] ?? rest;
      if (look !== null) below(run, index, value[index], look);
    }
    if (uniqueItems === true && new Set(value.map(sameText)).size < value.length)
      misfit(run, "a list without anything twice", foundWords(value));
    count?.(value, run);
  };
}

/** Lists of objects are rarely compared, and their keys have no order: not here. */
function sameText(value: unknown): string {
  if (typeof value === "object" && value !== null) throw new TooMuch();
  return JSON.stringify(value);
}
