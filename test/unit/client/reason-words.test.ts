import { describe, expect, it } from "vitest";
import { nextStep } from "../../../client/src/lib/reason-words.ts";
import { until } from "../../../client/src/ui/since.tsx";
import { ERROR_CODES } from "../../../schemas/error-codes.ts";
import type { StatusReason } from "../../../schemas/wire.ts";

const because = (code: StatusReason["code"], retryAt: number | null) => ({ reason: { code, message: "m" }, retryAt });

describe("what to do next", () => {
  it("tells people who run nothing that they need not do anything while it is tried again", () => {
    expect(nextStep(because("CONNECT_FAILED", 1), false)).toMatch(/need not do anything/);
    expect(nextStep(because("CONNECT_FAILED", null), false)).toMatch(/Reinitialize it/);
  });

  it("tells admins what an operator can do", () => {
    expect(nextStep(because("CONNECT_FAILED", 1), true)).toBe(ERROR_CODES.CONNECT_FAILED.next);
  });

  it("falls back to the table, and says nothing for what is no error", () => {
    expect(nextStep(because("CREDENTIALS_REFUSED", null), false)).toBe(ERROR_CODES.CREDENTIALS_REFUSED.next);
    expect(nextStep(because("IDLE", null), false)).toBe("");
    expect(nextStep({ reason: null, retryAt: null }, false)).toBe("");
  });
});

it("a moment to come is counted in seconds, and far ones in minutes", () => {
  expect([until(0, 1), until(1_000, 0), until(89_000, 0), until(90_000, 0), until(3_600_000, 0)]).toEqual([
    "now",
    "in 1 s",
    "in 89 s",
    "in 2 min",
    "in 60 min",
  ]);
});
