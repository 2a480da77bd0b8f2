import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { digestOf } from "../../../api/tools/digest.ts";
import { asJson, fromJson, textAsJson } from "../../../schemas/json-text.ts";

const base64 = "QUJD".repeat(1_000);
const long = fc.constantFrom(
  base64,
  `${base64}\n`,
  `${base64}"`,
  `${base64}\\`,
  `${base64}\u0001`,
  `${base64}\ud800`,
  `${base64}é日😀`,
  `${base64}\u007f\u2028`,
);
const values = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 4 }, fc.jsonValue(), long, tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("__proto__", "1", "toString")), tie("value"), { maxKeys: 4 }),
})).value;

describe("JSON of long texts", () => {
  it("is what JSON.stringify writes", () => {
    fc.assert(fc.property(values, (value) => void expect(asJson(value)).toBe(JSON.stringify(value))));
    fc.assert(fc.property(long, (text) => void expect(textAsJson(text)).toBe(JSON.stringify(text))));
  });

  it("is the same for what has been read before", () => {
    fc.assert(
      fc.property(values, (value) => {
        const text = JSON.stringify(value);
        const read = fromJson(text);
        expect(read).toEqual(JSON.parse(text));
        expect(asJson(read)).toBe(JSON.stringify(read));
      }),
    );
    fc.assert(
      fc.property(long, (text) => {
        expect(textAsJson(String(fromJson(JSON.stringify(text))))).toBe(JSON.stringify(text));
        expect(textAsJson(String(fromJson(`"${base64}\ud800"`)))).toBe(JSON.stringify(`${base64}\ud800`));
      }),
    );
  });

  it("leaves out what is undefined", () => {
    const value = { a: undefined, b: base64, c: [undefined, base64] };
    expect(asJson(value)).toBe(JSON.stringify(value));
  });

  it("does not look through everything for them", () => {
    const value = { many: Array.from({ length: 1_000 }, (_, index) => index), text: base64 };
    expect(asJson(value)).toBe(JSON.stringify(value));
  });
});

/** As it was written first: what people have said about functions is bound to it. */
function firstDigest(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return { object: entries.map(([key, each]) => [key, sorted(each)]) };
}

describe("the digest of a JSON value", () => {
  it("stays what it was", () => {
    fc.assert(fc.property(values, (value) => void expect(digestOf(value)).toBe(firstDigest(value))));
  });
});
