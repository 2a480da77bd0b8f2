import { describe, expect, it } from "vitest";
import { visibleString } from "../../../client/src/ui/visible-text.ts";

describe("foreign text on the page", () => {
  it("shows characters that turn, hide or tag text as their code points", () => {
    expect(visibleString("gnp\u202e.exe")).toBe("gnp⟦U+202E⟧.exe");
    expect(visibleString("a\u200bb\u2066c\u{e0061}d\u00ade")).toBe("a⟦U+200B⟧b⟦U+2066⟧c⟦U+E0061⟧d⟦U+00AD⟧e");
    expect(visibleString("\u0007\u3164")).toBe("⟦U+0007⟧⟦U+3164⟧");
  });

  it("drops what terminals would obey", () => {
    expect(visibleString("\u001b[2J\u001b[31mred\u001b[0m")).toBe("red");
    expect(visibleString("\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007")).toBe("link");
  });

  it("leaves ordinary text, line breaks and joined emoji as they are", () => {
    for (const text of ["Zażółć gęślą jaźń\n\tمرحبا 你好", "👩‍💻 and ❤️"]) expect(visibleString(text)).toBe(text);
    expect(visibleString("a\r\nb")).toBe("a\nb");
  });

  it("takes long hostile text in its stride", () => {
    const startedAt = performance.now();
    visibleString("\u001b[".repeat(200_000));
    visibleString("\u001b]".repeat(200_000));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
