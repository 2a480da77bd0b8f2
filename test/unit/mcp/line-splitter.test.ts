import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineSplitter } from "../../../api/mcp/stdio/line-splitter.ts";

describe("the line splitter", () => {
  it("gives the same lines however the bytes are cut", () => {
    const lines = fc.array(
      fc.string({ unit: "grapheme" }).filter((line) => !/[\n\r]/.test(line)),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(lines, fc.infiniteStream(fc.integer({ min: 1, max: 7 })), (given, cuts) => {
        const bytes = Buffer.from(given.map((line) => `${line}\n`).join(""));
        const splitter = lineSplitter(1_000_000);
        const seen: string[] = [];
        for (let at = 0; at < bytes.length; ) {
          const size = cuts.next().value as number;
          seen.push(...splitter.push(bytes.subarray(at, at + size)));
          at += size;
        }
        expect(seen).toEqual(given);
      }),
    );
  });

  it("refuses to hold more of an unfinished line than it may", () => {
    const splitter = lineSplitter(10);
    expect(splitter.push(Buffer.from("1234567890"))).toEqual([]);
    expect(() => splitter.push(Buffer.from("x"))).toThrow(RangeError);
  });
});
