import { describe, expect, it } from "vitest";
import { withoutTerminalCodes } from "../../api/logging/terminal-codes.ts";
import { printable } from "../../api/mcp/printable.ts";
import { stderrRing } from "../../api/mcp/stdio/stderr-ring.ts";
import { visibleString } from "../../client/src/ui/visible-text.ts";
import { loadConfig } from "../../config/load-config.ts";
import { nameFault } from "../../config/names.ts";
import { hidesCharacters } from "../../schemas/hidden-characters.ts";

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
  "\u009d",
  "\u2028",
  "\u2065",
  "\u180b",
  "\u180f",
  "\ufe00",
  "\ufe0f",
  "\ufff0",
  "\ue000",
  "\u{1d159}",
  "\u{13441}",
  "\u{16fe4}",
  "\u{e0002}",
  "\u{e01ef}",
  "\u{e0fff}",
];

describe("characters that hide or turn text", () => {
  it.each(HIDING)("[XSS-14] %j is in no server's name, and seen as its code point in text", (character) => {
    expect(nameFault(`a${character}b`)).toContain("invisible");
    const code = `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}`;
    expect(visibleString(`a${character}b`)).toBe(`a⟦${code}⟧b`);
  });

  it("[XSS-14] every code point that is drawn as nothing is shown, and in no name", () => {
    const empty = /[\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
    const all = Array.from({ length: 0x110000 }, (_, code) => String.fromCodePoint(code)).filter((each) => empty.test(each));
    expect(all.length).toBeGreaterThan(4_000);
    expect(all.filter((each) => visibleString(`a${each}b`) === `a${each}b` || !hidesCharacters(each))).toEqual([]);
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
  "a device's answer (DCS)": ['\u001bP$q"p\u001b\\after', "after"],
  "eight bits": ["\u009b31mred\u009b0m\u009d0;owned\u009cafter", "redafter"],
  "a reset": ["\u001bcafter", "after"],
} as const;

/** What a terminal would wait for the end of: swallowed, the rest of the line would be gone. */
const UNENDED = {
  "the clipboard that is set (OSC 52), cut off": ["before\u001b]52;c;cm0gLXJmIC8=", "before\\u001b]52;c;cm0gLXJmIC8="],
  "a string in eight bits": [
    "auth failed for eve\u009d; 300 records exported",
    "auth failed for eve\\u009d; 300 records exported",
  ],
  "a device's answer, over lines": ["a\u0090b\nc\u009cd", "a\\u0090b\nc\\u009cd"],
  "a string in a string": ["a\u009db\u009dc\u0007d", "a\\u009dbd"],
  "a control sequence": ["a\u001b[", "a\\u001b["],
  "one that ends nothing": ["a\u001b", "a\\u001b"],
  "a step back to the line before": ["a\u008db\u007f", "a\\u008db\\u007f"],
} as const;

describe("what terminals obey", () => {
  const ringed = (raw: string) => {
    const ring = stderrRing([]);
    ring.push(Buffer.from(raw));
    return ring.text();
  };

  it.each(Object.entries(ESCAPES))("[XSS-15] %s is taken out of logs and of what programs wrote", (_, [raw, plain]) => {
    expect([withoutTerminalCodes(raw), printable(raw), ringed(raw)]).toEqual([plain, plain, plain]);
  });

  it.each(Object.entries(UNENDED))("[XSS-15] %s takes nothing along that stands behind it", (_, [raw, escaped]) => {
    expect([withoutTerminalCodes(raw), printable(raw), ringed(raw)]).toEqual([escaped, escaped.replace("\n", " "), escaped]);
  });

  it.each(Object.entries({ ...ESCAPES, ...UNENDED }))("[TOOL-09] of %s the page shows every character", (_, [raw]) => {
    const back = visibleString(raw).replace(/⟦U\+([0-9A-F]+)⟧/g, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)));
    expect(back).toBe(raw);
  });

  it("cannot hide a secret from what takes it out", () => {
    const ring = stderrRing(["canary-secret"]);
    ring.push(Buffer.from("token=canary\u001b[0m-secret\u001b[1m!"));
    expect(ring.text()).toBe("token=***!");
  });

  it("[XSS-15] long text that is nothing else is read in one pass", () => {
    for (const piece of ["\u001b[", "\u001b]", "\u001b", "\u009b0;", "\u001b[0;0 ", "\u009d", "\u009dtext", "\u001b(  "]) {
      const startedAt = performance.now();
      withoutTerminalCodes(piece.repeat(200_000));
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    }
  });
});
