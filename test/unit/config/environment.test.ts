import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluateArithmetic } from "../../../config/environment/arithmetic.ts";
import { readEnvironment } from "../../../config/environment/environment.ts";

describe("environment variables", () => {
  it("may be simple arithmetic, and nothing else", () => {
    expect(evaluateArithmetic("10 * 60 * 1000")).toBe(600_000);
    expect(evaluateArithmetic("(1 + 2) * -3 / 2")).toBe(-4.5);
    expect(evaluateArithmetic("2+3*4-1")).toBe(13);
    for (const text of [
      "",
      "1 +",
      "(1",
      "1)",
      "process.exit(1)",
      "2 ** 3",
      "1e3",
      "0x10",
      "1 1",
      "1/0",
      "*1",
      `${"(".repeat(300)}1`,
    ]) {
      expect(evaluateArithmetic(text), text).toBeNull();
    }
    fc.assert(fc.property(fc.string(), (text) => void evaluateArithmetic(text)));
  });

  it("have LibreChat's defaults, and keep them when a value is no use", () => {
    const { values, faults } = readEnvironment({
      MCP_INIT_TIMEOUT_MS: "5 * 1000",
      MCP_TOOLS_LIST_MAX_PAGES: "many",
      MCP_OAUTH_ON_AUTH_ERROR: "FALSE",
      MCP_CB_MAX_CYCLES: "0",
      PROXY: " ",
    });
    expect(values).toMatchObject({
      MCP_INIT_TIMEOUT_MS: 5_000,
      MCP_TOOLS_LIST_MAX_PAGES: 50,
      MCP_OAUTH_ON_AUTH_ERROR: false,
      MCP_CB_MAX_CYCLES: 7,
      MCP_USER_CONNECTION_IDLE_TIMEOUT: 900_000,
      PROXY: null,
    });
    expect(faults).toHaveLength(2);
  });

  it("remember a sign-in for longer than it may take", () => {
    expect(readEnvironment({ MCP_OAUTH_HANDLING_TIMEOUT: "2000000", MCP_OAUTH_FLOW_TTL: "1" }).values.MCP_OAUTH_FLOW_TTL).toBe(
      2_060_000,
    );
  });
});
