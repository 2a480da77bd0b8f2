import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../config/load-config.ts";

const load = (customParams: object) => {
  const one = { name: "one", apiKey: "k", baseURL: "https://a.example/v1", models: { default: ["m"] }, customParams };
  return loadConfig(
    JSON.stringify({ version: "1", endpoints: { custom: [one, { ...one, name: "two", customParams: {} }] } }),
    "f",
  );
};

describe("a model provider's customParams", () => {
  it("has no other keys than LibreChat knows, which takes no file with them", () => {
    const { problems, config } = load({ reasoningKey: "reasoning", reasoningFromat: "x" });
    const errors = problems.filter(({ severity }) => severity === "error");
    expect(errors).toMatchObject([
      { code: "value-invalid", path: "/endpoints/custom/0/customParams", found: 'the text "reasoningFromat"' },
    ]);
    expect(errors[0]?.expected).toContain("reasoningFormat");
    expect(config.customEndpoints.map(({ name }) => name)).toEqual(["two"]);
    expect(load({ reasoningKey: "reasoning" }).config.customEndpoints).toHaveLength(2);
  });
});
