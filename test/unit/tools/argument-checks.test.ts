import { describe, expect, it } from "vitest";
import { AppError } from "../../../api/errors/app-error.ts";
import { outputChecks } from "../../../api/mcp/output/output-checks.ts";
import { systemClock } from "../../../api/ports/clock.ts";
import { argumentChecks } from "../../../api/tools/arguments/argument-checks.ts";
import { plainCheck } from "../../../api/tools/arguments/plain-schema.ts";
import { compileForeignSchema } from "../../../schemas/compile.ts";
import { cleanups } from "../../support/clean-up.ts";

const details = async (inputSchema: Record<string, unknown>, args: object, checks = elsewhere()) => {
  try {
    await argumentChecks(checks).check("one", { name: "send", inputSchema }, args as Record<string, unknown>);
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "TOOL_ARGUMENTS_INVALID") throw error;
    return error.details;
  }
};

function elsewhere(maxMs = 1_000) {
  const made = outputChecks({ clock: systemClock, maxMs });
  cleanups.push(() => made.close());
  return made;
}

describe("a tool's arguments", () => {
  it("[TOOL-22] are held against its schema, and what does not fit is named with its path", async () => {
    const schema = {
      type: "object",
      properties: { a: { type: "integer" }, list: { type: "array", items: { enum: ["x", "y"] } } },
      required: ["b"],
      additionalProperties: false,
    };
    expect(await details(schema, { a: "1; DROP", extra: 1, list: ["x", "z"] })).toEqual([
      { path: "/b", expected: "there: it is required", found: "nothing" },
      { path: "/a", expected: "a whole number", found: 'the text "1; DROP"' },
      { path: "/extra", expected: "left out: what is known here is a, list", found: "an argument that is not known" },
      { path: "/list/1", expected: 'one of "x", "y"', found: 'the text "z"' },
    ]);
  });

  it("may be null for what is left out, and for nothing that is required or unknown", async () => {
    const properties = { text: { type: "string" }, loud: { type: "boolean" }, code: { type: "string", pattern: "^a" } };
    const schema = { type: "object", properties, required: ["text"], additionalProperties: false };
    expect(await details(schema, { text: "x", loud: null, code: null })).toEqual([]);
    expect(await details(schema, { text: null, loud: null })).toMatchObject([{ path: "/text" }]);
    expect(await details({ ...schema, properties: { text: properties.text } }, { text: "x", loud: null })).toMatchObject([
      { path: "/loud" },
    ]);
  });

  it("[TOOL-22] never hold names that change what an object is, however deep, whatever the schema says", async () => {
    const anything = { type: "object", properties: { list: {} } };
    for (const [text, path] of [
      ['{"__proto__":{}}', "/__proto__"],
      ['{"list":[{"a":{"__proto__":{"isAdmin":true}}}]}', "/list/0/a/__proto__"],
      ['{"constructor":{"prototype":{"x":1}}}', "/constructor"],
    ] as const)
      expect(await details(anything, JSON.parse(text))).toMatchObject([{ path }]);
    expect(await details(anything, { constructor: "acme", prototype: 1 })).toEqual([]);
    expect(await details(anything, JSON.parse(`{"a":${"[".repeat(500)}${"]".repeat(500)}}`))).toMatchObject([
      { expected: "nested at most 128 deep" },
    ]);
  });

  it("are looked at without a promise where the schema is plain, and on another thread where it is not", async () => {
    const checks = argumentChecks(elsewhere());
    const plain = { name: "send", inputSchema: { type: "object", properties: { to: { type: "string" } } } };
    expect(checks.check("one", plain, { to: "bob" })).toBeUndefined();
    const patterned = { type: "object", properties: { to: { type: "string", pattern: "^[a-z]+$" } } };
    expect(checks.check("one", { name: "send", inputSchema: patterned }, { to: "bob" })).toBeInstanceOf(Promise);
    expect(await details(patterned, { to: "bob" })).toEqual([]);
    expect(await details(patterned, { to: "B" })).toEqual([
      { path: "/to", expected: 'a value that must match pattern "^[a-z]+$"', found: "" },
    ]);
  });

  it.each([
    ["a pattern without end", { type: "string", pattern: "^(a+)+$" }, `${"a".repeat(40)}!`],
    ["a reference to itself", { $ref: "#/properties/x" }, 1],
    ["a form in forms in forms", nested(24), [[[[1]]]]],
    ["references that double", doubling(40), "x"],
    ["more parts than there may be", { anyOf: Array.from({ length: 6_000 }, (_, index) => ({ const: index })) }, "x"],
  ])("are sent as they are where the schema cannot be followed: %s", async (_, x, value) => {
    const startedAt = performance.now();
    const schema = { type: "object", properties: { x }, $defs: doubling(40).$defs };
    await details(schema, { x: value }, elsewhere(200));
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it("are looked at in bounded work, however many there are", () => {
    const wide = { type: "array", items: { allOf: Array.from({ length: 1_000 }, () => ({ type: ["string", "number"] })) } };
    const startedAt = performance.now();
    expect(plainCheck(wide)?.(Array.from({ length: 50_000 }, () => 1))).toBeNull();
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it("fit or not as the library says that knows JSON Schema whole", () => {
    const pick = randomOf(7);
    let plain = 0;
    for (let round = 0; round < 500; round += 1) {
      const schema = randomSchema(pick, 3);
      const check = plainCheck(schema);
      if (check === null) continue;
      const reference = compileForeignSchema(schema);
      for (let each = 0; each < 5; each += 1) {
        const value = randomValue(pick, 3);
        const misfits = check(value);
        if (misfits === null) continue;
        plain += 1;
        const fits = misfits.length === 0;
        if (fits !== (reference(value) === null)) expect(JSON.stringify({ schema, value, fits })).toBe("what the library says");
      }
    }
    expect(plain).toBeGreaterThan(1_000);
  });
});

function nested(depth: number): object {
  return depth === 0 ? { type: "string" } : { oneOf: [nested(0), { items: nested(depth - 1) }, { type: "array" }] };
}

function doubling(depth: number) {
  const both = (index: number) => ({ anyOf: [{ $ref: `#/$defs/d${index}` }, { $ref: `#/$defs/d${index}` }] });
  const $defs = Object.fromEntries(Array.from({ length: depth }, (_, index) => [`d${index}`, both(index + 1)]));
  return { $ref: "#/$defs/d0", $defs: { ...$defs, [`d${depth}`]: { type: "integer" } } };
}

type Pick = <Each>(...of: readonly Each[]) => Each;

function randomOf(seed: number): Pick {
  let state = seed;
  return (...of) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return of[Math.floor((state / 2_147_483_648) * of.length)] as (typeof of)[number];
  };
}

const NAMES = ["a", "b", "c/~"];

function randomValue(pick: Pick, depth: number): unknown {
  const kind = pick("string", "number", "boolean", "null", "list", "object", "object");
  if (kind === "list" && depth > 0) return Array.from({ length: pick(0, 1, 2, 3) }, () => randomValue(pick, depth - 1));
  if (kind === "object" && depth > 0)
    return Object.fromEntries(NAMES.flatMap((name) => (pick(true, false) ? [[name, randomValue(pick, depth - 1)]] : [])));
  if (kind === "number") return pick(0, 1, 2, 2.5, -1, 10);
  if (kind === "boolean") return pick(true, false);
  return kind === "null" ? null : pick("", "a", "ab", "😀", "abc");
}

function randomSchema(pick: Pick, depth: number): Record<string, unknown> {
  const below = () => (pick(1, 2, 3, 4, 5, 6) === 1 ? pick(true, false) : randomSchema(pick, depth - 1));
  const schema: Record<string, unknown> = {};
  const kinds = ["type", "type", "enum", "const", "range", "length", "none"];
  const deep = ["object", "list", "allOf", "anyOf", "oneOf", "not", "if", "tuple", "unique"];
  for (const keyword of [pick(...kinds), pick(...kinds, ...(depth > 0 ? deep : [])), pick(...(depth > 0 ? deep : kinds))]) {
    if (keyword === "type")
      schema.type = pick<unknown>("string", "number", "integer", "boolean", "null", "array", "object", ["string", "null"]);
    if (keyword === "enum") schema.enum = [pick<unknown>("a", 1, null), pick<unknown>(true, { a: 1 }, [1])];
    if (keyword === "const") schema.const = pick<unknown>("a", 1, null, { a: 1 });
    if (keyword === "range") Object.assign(schema, pick<object>({ minimum: 1 }, { exclusiveMaximum: 2 }, { multipleOf: 2 }));
    if (keyword === "length")
      Object.assign(schema, pick<object>({ minLength: 2 }, { maxLength: 1 }, { minItems: 1 }, { maxItems: 2 }));
    if (keyword === "object") {
      schema.properties = Object.fromEntries(NAMES.map((name) => [name, below()]));
      if (pick(true, false)) schema.required = [pick(...NAMES)];
      if (pick(true, false)) schema.additionalProperties = pick<unknown>(false, randomSchema(pick, 0));
      if (pick(true, false)) Object.assign(schema, pick<object>({ minProperties: 1 }, { maxProperties: 1 }));
    }
    if (keyword === "list") schema.items = below();
    if (keyword === "tuple") schema.prefixItems = [below(), below()];
    if (keyword === "unique") schema.uniqueItems = true;
    if (keyword === "allOf" || keyword === "anyOf" || keyword === "oneOf") schema[keyword] = [below(), below()];
    if (keyword === "not") schema.not = below();
    if (keyword === "if") Object.assign(schema, Object.fromEntries(["if", "then", "else"].map((each) => [each, below()])));
  }
  return schema;
}
