import { describe, expect, it } from "vitest";
import { bytePace } from "../../../api/mcp/guards/byte-pace.ts";

const MIB = 1024 * 1024;

describe("what one connection pours", () => {
  it("is taken at once in bursts, and at a measured pace when it does not stop", () => {
    let nowMs = 0;
    const pace = bytePace(() => nowMs);
    let taken = 0;
    for (; taken < 64; taken += 1) expect(pace(MIB)).toBe(0);
    for (let nth = 0; nth < 80; nth += 1) nowMs += pace(MIB);
    // 80 MiB at 8 MiB a second.
    expect(Math.round(nowMs / 1_000)).toBe(10);
    nowMs += 60_000;
    expect(pace(60 * MIB)).toBe(0);
  });
});
