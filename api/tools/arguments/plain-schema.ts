import { foundWords } from "../../../schemas/compile.ts";
import { isRecord } from "../../mcp/anything.ts";
import { type At, listLook, objectLook } from "./container-looks.ts";
import { fits, followed, type Look, type Misfit, misfit, NotPlain, type Schema, spend, TooMuch } from "./look.ts";
import { numberLook, stringLook, typeLook, valueLook } from "./value-looks.ts";

/** What does not fit, nothing when all does; null when that takes too long to find out here. */
export type PlainCheck = (value: unknown) => readonly Misfit[] | null;

const MAX_PARTS = 5_000;
const MAX_DEPTH = 32;
const MAX_LOOKS = 100_000;

/** Change what fits, and are not looked at here: patterns of strangers may run for ever. */
const FOREIGN = new Set([
  ...["pattern", "patternProperties", "propertyNames", "contains", "minContains", "maxContains", "additionalItems"],
  ...["dependentSchemas", "dependentRequired", "dependencies", "unevaluatedProperties", "unevaluatedItems"],
  ...["$dynamicRef", "$recursiveRef", "$async"],
]);

/**
 * Most tools describe their arguments with a few plain keywords. For those a check is made of functions, in microseconds and
 * with bounded work: no code is generated, nothing of a stranger's schema is run. Null for any other schema, which has
 * to be looked at on a thread that can be ended.
 */
export function plainCheck(schema: unknown): PlainCheck | null {
  const root = compiler(schema);
  if (root === null) return null;
  return (value) => {
    const run = { path: [], misfits: [], left: MAX_LOOKS, depth: 0 };
    try {
      root(value, run);
      return run.misfits;
    } catch (error) {
      if (error instanceof TooMuch) return null;
      throw error;
    }
  };
}

function compiler(document: unknown): Look | null {
  const known = new Map<string, Look>();
  let parts = 0;

  const compile = (schema: unknown, depth: number): Look => {
    parts += 1;
    if (parts > MAX_PARTS || depth > MAX_DEPTH) throw new NotPlain();
    if (schema === true) return () => {};
    if (schema === false) return (value, run) => misfit(run, "nothing", foundWords(value));
    if (!isRecord(schema)) throw new NotPlain();
    for (const keyword of Object.keys(schema)) if (FOREIGN.has(keyword)) throw new NotPlain();
    // A name in the middle changes what references mean.
    if (depth > 0 && (schema.$id !== undefined || schema.$anchor !== undefined)) throw new NotPlain();
    const at = (value: unknown) => compile(value, depth + 1);
    const looks = [
      reference(schema.$ref),
      typeLook(schema),
      valueLook(schema.enum),
      valueLook(Object.hasOwn(schema, "const") ? [schema.const] : undefined),
      numberLook(schema),
      stringLook(schema),
      objectLook(schema, at),
      listLook(schema, at),
      ...combined(schema, at),
    ].filter((look) => look !== null);
    const [only] = looks;
    if (looks.length === 1 && only !== undefined) return only;
    return (value, run) => {
      for (const look of looks) look(value, run);
    };
  };

  const reference = (ref: unknown): Look | null => {
    if (ref === undefined) return null;
    if (typeof ref !== "string" || !/^#(\/|$)/.test(ref)) throw new NotPlain();
    const made = known.get(ref);
    if (made !== undefined) return made;
    let target: Look = () => {};
    const look = followed(() => target);
    known.set(ref, look);
    target = compile(pointed(document, ref), 1);
    return look;
  };

  try {
    return compile(document, 0);
  } catch (error) {
    if (error instanceof NotPlain) return null;
    throw error;
  }
}

function pointed(document: unknown, ref: string): unknown {
  let found = document;
  for (const part of ref.split("/").slice(1)) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, key)) throw new NotPlain();
    found = (found as Schema)[key];
  }
  return found;
}

function combined(schema: Schema, at: At): Look[] {
  const lists = (["allOf", "anyOf", "oneOf"] as const).flatMap((keyword) => {
    const listed = schema[keyword];
    if (listed === undefined) return [];
    if (!Array.isArray(listed) || listed.length === 0) throw new NotPlain();
    return [COMBINE[keyword](listed.map(at))];
  });
  const { not, if: condition, then, else: otherwise } = schema;
  if (not !== undefined) lists.push(notLook(at(not)));
  if (condition !== undefined)
    lists.push(branchLook(at(condition), then === undefined ? null : at(then), otherwise === undefined ? null : at(otherwise)));
  return lists;
}

const COMBINE: Readonly<Record<"allOf" | "anyOf" | "oneOf", (looks: readonly Look[]) => Look>> = {
  allOf: (looks) => (value, run) => {
    for (const look of looks) look(value, run);
  },
  anyOf: (looks) => (value, run) => {
    spend(run);
    if (looks.some((look) => fits(look, value, run))) return;
    const said = run.misfits.length;
    looks[0]?.(value, run);
    if (looks.length === 1) return;
    run.misfits.length = said;
    misfit(run, "one of the forms that the tool describes", foundWords(value));
  },
  oneOf: (looks) => (value, run) => {
    spend(run);
    const hits = looks.filter((look) => fits(look, value, run)).length;
    if (hits !== 1) misfit(run, "exactly one of the forms that the tool describes", foundWords(value));
  },
};

function notLook(look: Look): Look {
  return (value, run) => {
    if (fits(look, value, run)) misfit(run, "none of what the tool rules out", foundWords(value));
  };
}

function branchLook(condition: Look, then: Look | null, otherwise: Look | null): Look {
  return (value, run) => {
    const chosen = fits(condition, value, run) ? then : otherwise;
    chosen?.(value, run);
  };
}
