import { describe, expect, it } from "vitest";
import { compileSchema } from "../../../schemas/compile.ts";

const schema = {
  type: "object",
  additionalProperties: false,
  required: ["name"],
  properties: {
    name: { type: "string" },
    port: { type: "integer", minimum: 1, maximum: 65535 },
    mode: { enum: ["a", "b"] },
    tags: { type: "array", items: { type: "string" }, default: ["x"] },
  },
};

describe("a compiled schema", () => {
  it("says all errors at once, in words, with paths", () => {
    expect(compileSchema(schema)({ port: 0, mode: "c", tags: ["x", 1], nmae: "x" })).toEqual([
      { path: ["name"], kind: "missing", expected: "`name`: text", found: "nothing" },
      {
        path: ["nmae"],
        kind: "unknown",
        expected: "one of name, port, mode, tags",
        found: "nmae",
        known: ["name", "port", "mode", "tags"],
      },
      { path: ["port"], kind: "invalid", expected: "a value that must be >= 1", found: "the number 0" },
      { path: ["mode"], kind: "invalid", expected: "one of a, b", found: 'the text "c"' },
      { path: ["tags", "1"], kind: "type", expected: "text", found: "the number 1" },
    ]);
  });

  it("CFG-08: does not count what an object only inherits", () => {
    const check = compileSchema(schema);
    expect(check(Object.create({ name: "x" }))).toMatchObject([{ path: ["name"], kind: "missing" }]);
    expect(check({ name: "x" })).toEqual([]);
  });

  it("CFG-19: lets no data into a schema", () => {
    const withData = { type: "object", properties: { a: { type: "number", maximum: { $data: "1/b" } }, b: { type: "number" } } };
    expect(() => compileSchema(withData)({ a: 5, b: 1 })).toThrow();
  });

  it("fills in defaults only when asked to", () => {
    const value = { name: "x" };
    compileSchema(schema)(value);
    expect(value).toEqual({ name: "x" });
    compileSchema(schema, { fillDefaults: true })(value);
    expect(value).toEqual({ name: "x", tags: ["x"] });
  });
});
