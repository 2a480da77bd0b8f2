import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { markdownChunks } from "../../../client/src/features/chat/markdown-chunks.ts";

describe("Markdown that grows", () => {
  it("is cut between paragraphs", () => {
    expect(markdownChunks("One.\n\nTwo.\nStill two.\n\n# Three\n")).toEqual(["One.\n\n", "Two.\nStill two.\n\n", "# Three\n"]);
  });

  it("is not cut within code, lists, quotations and tables", () => {
    const code = "```ts\na\n\nb\n```\n";
    expect(markdownChunks(code)).toEqual([code]);
    expect(markdownChunks("```\nopen\n\nstill open")).toHaveLength(1);
    expect(markdownChunks("~~~~\n~~~\n\na\n~~~~\n\nafter")).toEqual(["~~~~\n~~~\n\na\n~~~~\n\n", "after"]);
    expect(markdownChunks("- one\n\n- two\n\n  more of two\n\n1. three")).toHaveLength(1);
    expect(markdownChunks("> one\n\n> two")).toHaveLength(1);
    expect(markdownChunks("| a |\n| - |\n\n| b |")).toHaveLength(1);
  });

  it("loses nothing, and what has been cut off stays as it is when more comes", () => {
    const word = fc.constantFrom("a", " ", "\n", "\n\n", "```", "~~~", "- ", "> ", "# ", "1. ", "    ");
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), fc.array(word, { maxLength: 20 }), (begin, more) => {
        const before = markdownChunks(begin.join(""));
        const after = markdownChunks(begin.join("") + more.join(""));
        expect(after.join("")).toBe(begin.join("") + more.join(""));
        // The last two may still be in the making: a line that has only begun may turn out to go on.
        expect(after.slice(0, Math.max(0, before.length - 2))).toEqual(before.slice(0, Math.max(0, before.length - 2)));
      }),
    );
  });

  it("is empty where there is no text", () => {
    expect(markdownChunks("")).toEqual([]);
  });
});
