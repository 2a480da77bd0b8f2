import { afterEach, describe, expect, it } from "vitest";
import { outputChecks } from "../../../../api/mcp/output/output-checks.ts";
import { schemaRefusal } from "../../../../api/mcp/output/schema-limits.ts";
import { systemClock } from "../../../../api/ports/clock.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
});
function checks(maxMs = 1_000) {
  const made = outputChecks({ clock: systemClock, maxMs, maxWaitMs: 20_000 });
  open.push(made);
  return made;
}
/** The longest time our own loop was held up, in ms of its processor time. */
async function longestTurn(work: Promise<unknown>): Promise<number> {
  let longest = 0;
  let before = process.threadCpuUsage();
  const timer = setInterval(() => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, (now.user + now.system - before.user - before.system) / 1_000);
    before = now;
  }, 5);
  await work;
  clearInterval(timer);
  return longest;
}

const city = { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false };

describe("what a tool answers is held against what it promises", () => {
  it("and fits, or does not in words", async () => {
    const { check } = checks();
    expect(await check(city, { city: "Graz" })).toEqual({ kind: "fits" });
    expect(await check(city, { city: 7 })).toEqual({ kind: "misfit", why: "/city must be string" });
    expect(await check(city, {})).toMatchObject({ kind: "misfit" });
    expect(await check(city, JSON.parse('{"__proto__":{"city":"x"}}'))).toMatchObject({ kind: "misfit" });
  });

  it("in the dialect the schema names, as far as it is known", async () => {
    const { check } = checks();
    const old = { $schema: "http://json-schema.org/draft-07/schema#", type: "array", items: [{ type: "string" }] };
    expect(await check(old, [7])).toMatchObject({ kind: "misfit" });
    const recent = { $schema: "https://json-schema.org/draft/2020-12/schema", type: "array", prefixItems: [{ type: "string" }] };
    expect(await check(recent, [7])).toMatchObject({ kind: "misfit" });
  });

  it("[PROTO-23] each schema by itself: a used $id says nothing about the next one, or the next revision", async () => {
    const { check } = checks();
    const schema = (type: string) => ({ $id: "https://example.org/same", type: "object", properties: { a: { type } } });
    expect(await check(schema("string"), { a: "x" })).toEqual({ kind: "fits" });
    expect(await check(schema("number"), { a: "x" })).toMatchObject({ kind: "misfit" });
    expect(await check(schema("number"), { a: 1 })).toEqual({ kind: "fits" });
    const refers = { $id: "https://example.org/other", $ref: "https://example.org/same" };
    expect(await check(refers, {})).toMatchObject({ kind: "unchecked" });
  });
});

describe("a schema that costs more than it may", () => {
  const twice = (depth: number) => {
    const $defs: Record<string, unknown> = { a0: { type: "string" } };
    for (let nth = 1; nth <= depth; nth += 1)
      $defs[`a${nth}`] = { anyOf: [{ $ref: `#/$defs/a${nth - 1}` }, { $ref: `#/$defs/a${nth - 1}` }] };
    return { $defs, $ref: `#/$defs/a${depth}` };
  };
  const wide = {
    allOf: Array.from({ length: 600 }, (_, nth) => ({ anyOf: [{ minProperties: nth }, { maxProperties: 10_000 - nth }] })),
  };

  it.each<[string, object, unknown]>([
    ["a pattern that goes back and forth", { type: "string", pattern: "^(a+)+$" }, `${"a".repeat(40)}!`],
    ["names that go back and forth", { patternProperties: { "^(a+)+$": {} } }, { [`${"a".repeat(40)}!`]: 1 }],
    ["references that double", twice(40), 7],
    ["a circle of references", { $ref: "#/$defs/a", $defs: { a: { anyOf: [{ $ref: "#/$defs/a" }, { $ref: "#/$defs/a" }] } } }, 7],
  ])("is given up: %s; the loop goes on meanwhile and others are checked after it", async (_, schema, value) => {
    const { check } = checks(400);
    let verdict: unknown;
    const longest = await longestTurn(
      check(schema, value).then((said) => {
        verdict = said;
      }),
    );
    expect(verdict).toMatchObject({ kind: "unchecked" });
    expect(longest).toBeLessThan(50);
    expect(await check(city, { city: 7 })).toMatchObject({ kind: "misfit" });
    expect(await check(schema, value)).toMatchObject({ kind: "unchecked", costly: false });
  });

  it("does not hold up the loop while it is compiled", async () => {
    const { check } = checks(5_000);
    expect(await longestTurn(check(wide, {}))).toBeLessThan(50);
  });

  it("is not even tried when its size says so", () => {
    let deep: object = {};
    for (let nth = 0; nth < 40; nth += 1) deep = { allOf: [deep] };
    expect(schemaRefusal(deep)).toBe("is nested deeper than 32");
    expect(schemaRefusal({ anyOf: Array.from({ length: 6_000 }, () => ({})) })).toBe("has more than 5000 parts");
    expect(schemaRefusal({ type: "string", pattern: "a".repeat(513) })).toBe("has a pattern that is too long");
    expect(schemaRefusal({ $async: true })).toBe("asks to be checked in steps");
    for (const $ref of ["http://127.0.0.1/s.json", "file:///etc/passwd", "other.json", "//host/s"])
      expect(schemaRefusal({ items: [{ $ref }] })).toBe("refers to another document");
    expect(schemaRefusal({ $ref: "#/$defs/a", $defs: { a: { enum: ["$ref", { $ref: "http://x" }] } } })).toBeNull();
  });
});
