import { describe, expect, it } from "vitest";
import { withoutTerminalCodes } from "../../api/logging/terminal-codes.ts";
import { printable } from "../../api/mcp/printable.ts";
import { stderrRing } from "../../api/mcp/stdio/stderr-ring.ts";
import { visibleString } from "../../client/src/ui/visible-text.ts";
import { loadConfig } from "../../config/load-config.ts";
import { nameFault } from "../../config/names.ts";

const HIDING = [
  "\u202e",
  "\u200b",
  "\u{e0061}",
  "\u2066",
  "\u2069",
  "\u061c",
  "\u00ad",
  "\u034f",
  "\u3164",
  "\u115f",
  "\u180e",
  "\ufeff",
  "\u2800",
  "\u0085",
];

describe("characters that hide or turn text", () => {
  it.each(HIDING)("[XSS-14] %j is in no server's name, and seen as its code point in text", (character) => {
    expect(nameFault(`a${character}b`)).toContain("invisible");
    const code = `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`;
    expect(visibleString(`a${character}b`)).toBe(`a⟦${code}⟧b`);
  });

  it("[XSS-14] a server named with one is reported with its line and left out; names of other scripts are fine", () => {
    const text = [
      "version: 1.3.5",
      "mcpServers:",
      '  "gnp\\u202Eexe":',
      "    url: https://a.example/mcp",
      "    type: http",
      "  пошта:",
      "    url: https://b.example/mcp",
      "    type: http",
    ].join("\n");
    const { problems, config } = loadConfig(text, "librechat.yaml");
    expect(problems).toMatchObject([{ line: 3, message: expect.stringContaining("invisible") }]);
    expect([...(config?.servers.keys() ?? [])]).toEqual(["пошта"]);
    expect([nameFault("пошта"), nameFault("日本語"), nameFault("my server-2")]).toEqual([null, null, null]);
  });
});

const ESCAPES = {
  "colours and a cleared screen": ["\u001b[2J\u001b[31mred\u001b[0m", "red"],
  "a link (OSC 8)": ["\u001b]8;;https://evil.example\u001b\\text\u001b]8;;\u001b\\", "text"],
  "a title that is set": ["\u001b]0;owned\u0007after", "after"],
  "the clipboard that is set (OSC 52), cut off": ["before\u001b]52;c;cm0gLXJmIC8=", "before"],
  "a device's answer (DCS)": ['\u001bP$q"p\u001b\\after', "after"],
  "eight bits": ["\u009b31mred\u009b0m\u009d0;owned\u009cafter", "redafter"],
  "a reset": ["\u001bcafter", "after"],
  "one that does not end": ["a\u001b[", "a"],
} as const;

describe("what terminals obey", () => {
  it.each(Object.entries(ESCAPES))(
    "[XSS-15] %s is taken out of logs, of what programs wrote, and of the page",
    (_, [raw, plain]) => {
      expect(withoutTerminalCodes(raw)).toBe(plain);
      expect(printable(raw)).toBe(plain);
      expect(visibleString(raw)).toBe(plain);
      const ring = stderrRing([]);
      ring.push(Buffer.from(raw));
      expect(ring.text()).toBe(plain);
    },
  );

  it("[XSS-15] long text that is nothing else is read in one pass", () => {
    for (const piece of ["\u001b[", "\u001b]", "\u001b", "\u009b0;", "\u001b[0;0 "]) {
      const startedAt = performance.now();
      withoutTerminalCodes(piece.repeat(200_000));
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
  });
});
