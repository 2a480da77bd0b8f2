import { describe, expect, it } from "vitest";
import { fieldProblem, formFields } from "../../../schemas/elicitation-form.ts";
import { visitUrl } from "../../../schemas/elicitation-visit.ts";

const field = (schema: object, isRequired = false) => {
  const [only] = formFields({ properties: { it: schema }, required: isRequired ? ["it"] : [] });
  if (only === undefined) throw new Error("there is no field");
  return only;
};

describe("a form as a server sends it", () => {
  it("has its fields in order, with titles, choices of every spelling, and presets", () => {
    const titled = [{ const: "a", title: "Anna" }, { const: "b" }, { title: "none" }];
    const fields = formFields({
      properties: {
        name: { type: "string", title: "Your name", description: "As on the door", default: "Ann", maxLength: 9 },
        old: { type: "string", enum: ["x", "y"], enumNames: ["The X"] },
        one: { type: "string", oneOf: titled },
        some: { type: "array", items: { anyOf: titled }, minItems: 1 },
        plain: { type: "array", items: { type: "string", enum: ["x"] } },
        count: { type: "integer", minimum: 1 },
        sure: { type: "boolean", default: true },
        nonsense: 7,
      },
      required: ["name"],
    });
    expect(fields.map(({ name, kind, isRequired }) => [name, kind, isRequired])).toEqual([
      ["name", "text", true],
      ["old", "choice", false],
      ["one", "choice", false],
      ["some", "list", false],
      ["plain", "list", false],
      ["count", "number", false],
      ["sure", "boolean", false],
    ]);
    expect(fields[0]).toMatchObject({ label: "Your name", description: "As on the door", preset: "Ann", maxLength: 9 });
    expect(fields[1]).toMatchObject({
      choices: [
        { value: "x", label: "The X" },
        { value: "y", label: "y" },
      ],
    });
    const people = [
      { value: "a", label: "Anna" },
      { value: "b", label: "b" },
    ];
    expect([fields[2], fields[3]]).toMatchObject([{ choices: people }, { choices: people, minItems: 1 }]);
    for (const nothing of [null, 7, "x", [], {}, { properties: [] }]) expect(formFields(nothing)).toEqual([]);
  });

  it.each([
    [{ type: "string", format: "email" }, ["ann@example.org", "ann@localhost"], ["ann", "a b@example.org", "@", ""]],
    [{ type: "string", format: "uri" }, ["https://example.org/x", "urn:isbn:1"], ["example.org", "//x"]],
    [{ type: "string", format: "date" }, ["2026-02-28"], ["2026-02-30", "28.2.2026", "2026-2-8"]],
    [
      { type: "string", format: "date-time" },
      ["2026-02-28T12:00:00Z", "2026-02-28T12:00:00.5+01:00"],
      ["2026-02-28", "2026-02-30T12:00:00Z", "2026-02-28T25:00:00Z", "2026-02-28T12:00"],
    ],
    [{ type: "string", format: "of its own" }, ["anything"], [7]],
    [{ type: "integer", maximum: 5 }, [5, -1], [1.5, 6, Number.NaN, "5"]],
    [{ type: "array", items: { enum: ["a"] }, maxItems: 1 }, [["a"], []], [["a", "a"], ["b"], "a"]],
    [{ type: "array", items: { type: "string" } }, [["anything"]], [[7]]],
  ])("%j takes %j and not %j", (schema, good, bad) => {
    for (const value of good) expect(fieldProblem(field(schema), value), String(value)).toBeNull();
    for (const value of bad) expect(fieldProblem(field(schema), value), String(value)).toMatch(/\w/);
  });

  it("misses what is required, and nothing else", () => {
    expect(fieldProblem(field({ type: "string" }, true), undefined)).toBe("a value");
    expect(fieldProblem(field({ type: "string" }), undefined)).toBeNull();
  });
});

describe("[XSS-12] the page a server sends people to", () => {
  it.each([
    "https://example.org/a?b#c",
    "https://paypa1.example",
    "http://localhost:3000/",
    "http://127.0.0.1/x",
    "http://[::1]:8/",
  ])("may be %s", (url) => expect(visitUrl(url)?.href.startsWith(url)).toBe(true));
  it.each([
    "javascript:alert(1)",
    " javascript:alert(1)",
    "JaVaScRiPt://example.org/%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd",
    "vscode://open",
    "blob:https://example.org/1",
    "http://example.org/",
    "http://127.0.0.1.example.org/",
    "https://bank.example@evil.example/",
    "//example.org",
    "nonsense",
    "",
    `https://example.org/${"x".repeat(9_000)}`,
    null,
    7,
  ])("is never %s", (url) => expect(visitUrl(url)).toBeNull());
});
