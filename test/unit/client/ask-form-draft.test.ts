import { expect, it } from "vitest";
import { contentOf, looksSecret, presetDraft, presetWords, problemsOf } from "../../../client/src/features/asks/form-draft.ts";
import { formFields } from "../../../schemas/elicitation-form.ts";

const fields = formFields({
  properties: {
    name: { type: "string", minLength: 2 },
    at: { type: "string", format: "date-time", default: "2026-02-28T12:00:00Z" },
    count: { type: "integer", default: 3 },
    price: { type: "number" },
    pick: { type: "string", enum: ["a", "b"], enumNames: ["Anna", "Bob"], default: "z" },
    days: { type: "array", items: { enum: ["mon"] }, default: ["mon", 7] },
    sure: { type: "boolean" },
  },
  required: ["name"],
});

it("begins with the server's presets, where they fit", () => {
  expect(presetDraft(fields)).toEqual({
    name: "",
    at: expect.stringMatching(/^2026-02-2\dT\d\d:\d\d$/),
    count: "3",
    price: "",
    pick: "",
    days: ["mon"],
    sure: false,
  });
});

it("is sent with values of their own types, and nothing for what is empty", () => {
  const draft = { ...presetDraft(fields), name: "Ann", price: "1,5", count: "", days: [] };
  expect(contentOf(fields, draft)).toEqual({ name: "Ann", at: "2026-02-28T12:00:00.000Z", price: 1.5, sure: false });
});

it("says what each field needs", () => {
  expect([...problemsOf(fields, { ...presetDraft(fields), count: "3.5", price: "much" })]).toEqual([
    ["name", "This needs a value."],
    ["count", "This needs a whole number."],
    ["price", "This needs a number."],
  ]);
});

it("says what an empty field stands for", () => {
  expect(fields.map(presetWords)).toEqual([null, "2026-02-28T12:00:00Z", "3", null, "z", "mon, 7", null]);
});

it.each(["password", "apiKey", "access_token", "PIN", "card number", "client-secret", "otp"])("%s looks like a secret", (name) =>
  expect(looksSecret({ name, label: name, description: null })).toBe(true),
);
it.each(["name", "spinner", "compass", "pinned", "cardinal"])("%s does not", (name) =>
  expect(looksSecret({ name, label: name, description: null })).toBe(false),
);
