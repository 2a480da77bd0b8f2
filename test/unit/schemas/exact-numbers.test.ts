import { expect, it } from "vitest";
import { changedNumberAt } from "../../../schemas/exact-numbers.ts";

const at = (text: string) => changedNumberAt(text, JSON.parse(text));

it("finds numbers that are others once they are read", () => {
  expect(at('{"a": {"b": [1, 1e400]}}')).toEqual(["a", "b", "1"]);
  expect(at('{"kept": 9007199254740992, "id": 9007199254740993}')).toEqual(["id"]);
  expect(at("-12345678901234567890")).toEqual([]);
  expect(at(`{"__proto__": ${"9".repeat(1_000)}}`)).toEqual(["__proto__"]);
});

it("takes what is as it was written", () => {
  for (const text of ['{"a": [9007199254740991, -0.1, 1e20, 18014398509481984]}', "[]", '"9007199254740993"', "null"])
    expect(at(text), text).toBeNull();
});
