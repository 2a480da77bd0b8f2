import { describe, expect, it } from "vitest";
import { formSchema } from "../../../client/src/ui/schema-form/form-schema.ts";
import { formValidator } from "../../../client/src/ui/schema-form/form-validator.ts";

const made = (schema: Record<string, unknown>) => {
  const result = formSchema(schema);
  if (result === null) throw new Error("no form for this schema");
  return result;
};

describe("the form of a tool", () => {
  it("inlines references and stops where they lead into themselves", () => {
    const schema = made({
      type: "object",
      $defs: { tree: { type: "object", properties: { label: { type: "string" }, child: { $ref: "#/$defs/tree" } } } },
      properties: { tree: { $ref: "#/$defs/tree" } },
    });
    expect(JSON.stringify(schema)).not.toContain("$ref");
    expect(schema).toMatchObject({
      properties: { tree: { properties: { label: { type: "string" }, child: { type: "object" } } } },
    });
  });

  it("runs no expression of a server's, but says that there is one", () => {
    const schema = made({
      properties: { a: { type: "string", pattern: "^(a+)+$" } },
      patternProperties: { "^(a+)+$": { type: "string" } },
    });
    expect(JSON.stringify(schema)).not.toMatch(/"pattern/);
    expect(schema).toMatchObject({ properties: { a: { description: "Must match ^(a+)+$" } } });
  });

  it("follows no reference out of the document", () => {
    const schema = made({
      properties: { a: { $ref: "https://evil.example/x.json" }, b: { $ref: "#/__proto__" }, c: { $ref: "#/nowhere" } },
    });
    expect(schema.properties).toEqual({ a: { title: "a" }, b: { title: "b" }, c: { title: "c" } });
  });

  it("is not drawn for schemas that are too deep or too large", () => {
    let deep: Record<string, unknown> = { type: "string" };
    for (let depth = 0; depth < 40; depth += 1) deep = { type: "object", properties: { next: deep } };
    expect(formSchema(deep)).toBeNull();
    const names = Array.from({ length: 2_000 }, (_, index) => [`p${index}`, { type: "string" }]);
    expect(formSchema({ properties: Object.fromEntries(names) })).toBeNull();
    const doubling = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `d${index}`,
        { properties: { a: { $ref: `#/$defs/d${index + 1}` }, b: { $ref: `#/$defs/d${index + 1}` } } },
      ]),
    );
    expect(formSchema({ $defs: doubling, properties: { a: { $ref: "#/$defs/d0" } } })).toBeNull();
  });

  it("shows hidden characters in titles, descriptions and names", () => {
    const schema = made({ properties: { "a\u202eb": { type: "string", description: "x\u200by" }, c: { title: "t\u2066" } } });
    expect(JSON.stringify(schema.properties)).not.toMatch(/"(title|description)":"[^"]*[\u202e\u200b\u2066]/);
  });
});

describe("checking a form without compiling code", () => {
  const schema = made({
    type: "object",
    required: ["text", "kind"],
    properties: {
      text: { type: "string", minLength: 2 },
      kind: { enum: ["a", "b"] },
      list: { type: "array", items: { type: "integer", minimum: 1 } },
    },
  });
  const faults = (value: unknown) => formValidator.validateFormData(value, schema).errors.map(({ property }) => property);

  it("accepts what fits", () => {
    expect(faults({ text: "ok", kind: "a", list: [1, 2] })).toEqual([]);
  });

  it("puts each fault at its field", () => {
    expect(faults({})).toEqual([".text", ".kind"]);
    expect(faults({ text: "x", kind: "c", list: [1, 0] }).toSorted()).toEqual([".kind", ".list.1", ".text"]);
  });

  it("tells choices apart for forms with alternatives", () => {
    expect(formValidator.isValid({ type: "string" }, "x", {})).toBe(true);
    expect(formValidator.isValid({ type: "string" }, 1, {})).toBe(false);
  });
});
