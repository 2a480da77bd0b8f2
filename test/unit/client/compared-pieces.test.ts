import { describe, expect, it } from "vitest";
import { comparedPieces } from "../../../client/src/ui/compared-pieces.ts";

const marked = (before: string, after: string) =>
  comparedPieces(before, after).map((pieces) => pieces.map(({ text, only }) => (only ? `<${text}>` : text)).join(""));

describe("two texts beside each other", () => {
  it("marks the words that only one of two lines has", () => {
    expect(marked("Sends a message.", "Sends a message, and a copy to eve.")).toEqual([
      "Sends a< message.>",
      "Sends a< message, and a copy to eve.>",
    ]);
  });

  it("marks whole lines of texts that have several", () => {
    expect(marked("{\n  a,\n  b\n}", "{\n  a,\n  bcc,\n  b\n}")).toEqual(["{\n  a,\n  b\n}", "{\n  a,\n<  bcc,\n>  b\n}"]);
  });

  it("has nothing to mark in equal texts, and everything where one is empty", () => {
    expect(marked("same\ntext", "same\ntext")).toEqual(["same\ntext", "same\ntext"]);
    expect(marked("", "new")).toEqual(["", "<new>"]);
    expect(comparedPieces("", "")).toEqual([[], []]);
  });

  it("leaves nothing out, and ends, whatever the texts are", () => {
    const long = Array.from({ length: 5_000 }, (_, index) => `line ${index % 7}`).join("\n");
    const other = Array.from({ length: 5_000 }, (_, index) => `line ${index % 5}`).join("\n");
    for (const [before, after] of [
      [long, other],
      ["a  b\tc", "  a b"],
      ["\n\n", "\n"],
      ["x\r\ny", "x\ny\n"],
    ] as const) {
      const [left, right] = comparedPieces(before, after);
      expect(left.map(({ text }) => text).join("")).toBe(before);
      expect(right.map(({ text }) => text).join("")).toBe(after);
    }
  });
});
