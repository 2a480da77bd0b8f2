import { describe, expect, it } from "vitest";
import { visibleString } from "../../../client/src/ui/visible-text.ts";

describe("foreign text on the page", () => {
  it("shows characters that turn, hide or tag text as their code points", () => {
    expect(visibleString("gnp\u202e.exe")).toBe("gnp⟦U+202E⟧.exe");
    expect(visibleString("a\u200bb\u2066c\u{e0061}d\u00ade")).toBe("a⟦U+200B⟧b⟦U+2066⟧c⟦U+E0061⟧d⟦U+00AD⟧e");
    expect(visibleString("\u0007\u3164")).toBe("⟦U+0007⟧⟦U+3164⟧");
  });

  it("[TOOL-09] shows what terminals would obey, and all that stands behind it", () => {
    expect(visibleString("\u001b[31mred\u001b[0m")).toBe("⟦U+001B⟧[31mred⟦U+001B⟧[0m");
    expect(visibleString('{"to":"bob\u009d","cc":"eve@evil"}')).toBe('{"to":"bob⟦U+009D⟧","cc":"eve@evil"}');
    expect(visibleString("a\rb\u007f")).toBe("a⟦U+000D⟧b⟦U+007F⟧");
  });

  it("leaves ordinary text, line breaks and pictures made of several characters as they are", () => {
    for (const text of ["Zażółć gęślą jaźń\n\tمرحبا 你好", "👩‍💻 ❤️ ☎︎ 👍🏽 1️⃣ 🏳️‍🌈 👨‍👩‍👧‍👦 👩🏽‍❤️‍👨🏻"])
      expect(visibleString(text)).toBe(text);
    expect(visibleString("a\r\nb")).toBe("a\nb");
  });

  it("shows what makes pictures of several where there is no picture, or too much of it", () => {
    expect(visibleString("a\ufe0f 1\ufe0f 😀\u200d 😀\ufe0f\ufe0f")).toBe("a⟦U+FE0F⟧ 1⟦U+FE0F⟧ 😀⟦U+200D⟧ 😀\ufe0f⟦U+FE0F⟧");
    expect(visibleString("😀\u200d\u200d😀")).toBe("😀⟦U+200D⟧⟦U+200D⟧😀");
  });

  it("takes long hostile text in its stride", () => {
    const startedAt = performance.now();
    visibleString("\u001b[".repeat(200_000));
    visibleString("\u001b]".repeat(200_000));
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
});
