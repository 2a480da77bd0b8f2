import { describe, expect, it } from "vitest";
import { portableSchema } from "../../../api/tools/portable-schema.ts";

const of = (properties: object, more: object = {}) => ({ type: "object", properties, ...more });

describe("a schema as every provider takes it", () => {
  it("has what its references name in their place", () => {
    const address = { type: "object", properties: { street: { $ref: "#/definitions/text~1short" } } };
    const schema = of(
      { home: { $ref: "#/$defs/Address", description: "Where you live." }, work: { $ref: "#/properties/home" } },
      { $defs: { Address: address }, definitions: { "text/short": { type: "string" } } },
    );
    const street = { type: "object", properties: { street: { type: "string" } } };
    const home = { ...street, description: "Where you live." };
    expect(portableSchema(schema)).toEqual(of({ home, work: home }));
    const encoded = of({ a: { $ref: "#/$defs/A%20B" } }, { $defs: { "A B": { type: "number" } } });
    expect(portableSchema(encoded)).toEqual(of({ a: { type: "number" } }));
  });

  it("knows nothing of what is elsewhere or nowhere", () => {
    const references = ["https://evil.example/schema.json", "#/$defs/Missing", "#anchor", "other.json#/a", "#/__proto__", "#/%"];
    for (const $ref of references) expect(portableSchema(of({ a: { $ref, title: "A" } }))).toEqual(of({ a: { title: "A" } }));
  });

  it("ends in a plain object where it contains itself", () => {
    const node = of({ next: { $ref: "#/$defs/Node" }, root: { $ref: "#" } });
    expect(portableSchema(of({ list: { $ref: "#/$defs/Node" } }, { $defs: { Node: node } }))).toEqual(
      of({ list: of({ next: { type: "object" }, root: { type: "object" } }) }),
    );
    expect(portableSchema({ $ref: "#" })).toEqual({ type: "object" });
  });

  it("has one-item enums for constants, and neither keywords for tools nor a malformed `required`", () => {
    const schema = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $comment: "for you",
      "x-note": "for me",
      properties: {
        kind: { const: "a", "x-order": 1 },
        either: { const: "a", enum: ["a", "b"] },
        inner: { type: "object", required: ["a", 7], default: { $ref: "kept", const: 1, "x-a": 2 } },
        // Names of arguments are nobody's keywords.
        const: { type: "string" },
        $filter: { type: "string" },
        "x-id": { type: "string" },
        required: { type: "boolean", required: true },
      },
      required: ["kind"],
    };
    expect(portableSchema(schema)).toEqual({
      type: "object",
      properties: {
        kind: { enum: ["a"] },
        either: { enum: ["a", "b"] },
        inner: { type: "object", default: { $ref: "kept", const: 1, "x-a": 2 } },
        const: { type: "string" },
        $filter: { type: "string" },
        "x-id": { type: "string" },
        required: { type: "boolean" },
      },
      required: ["kind"],
    });
  });

  it("leaves an argument called `__proto__` an argument", () => {
    const schema = portableSchema(JSON.parse('{"properties":{"__proto__":{"const":1}}}'));
    expect(JSON.stringify(schema)).toBe('{"type":"object","properties":{"__proto__":{"enum":[1]}}}');
  });

  const twice = (next: object) => ({ anyOf: [next, next] });
  const many = (definition: object) => ({
    allOf: Array.from({ length: 1_500 }, () => ({ $ref: "#/$defs/a" })),
    $defs: { a: definition },
  });
  it.each<[string, Record<string, unknown>]>([
    [
      "that double",
      {
        $ref: "#/$defs/0",
        $defs: Object.fromEntries(Array.from({ length: 60 }, (_, at) => [at, twice({ $ref: `#/$defs/${at + 1}` })])),
      },
    ],
    ["to long texts", many({ description: "x".repeat(30_000) })],
    ["to long values", many({ enum: ["x".repeat(30_000)] })],
    ["to long lists", many({ type: Array(9_000).fill(12_345) })],
    [
      "that nest",
      of(Object.fromEntries(Array.from({ length: 1_500 }, (_, at) => [at, { items: { $ref: `#/properties/${at + 1}` } }]))),
    ],
  ])("does not grow without end by references %s", (_, schema) => {
    expect(JSON.stringify(portableSchema(schema)).length).toBeLessThan(500_000);
  });
});
