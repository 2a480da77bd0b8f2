import { HIDDEN_IN_TEXT } from "../../schemas/hidden-characters.ts";

/** A server's text as a model gets it, and what was found in it that people do not see. */
export interface ModelText {
  readonly text: string;
  /** In words for people: what hides, and what it says where that can be read. */
  readonly findings: readonly string[];
}

const MAX_CHARS = 2_000;
const MAX_REVEALED = 200;
const TAGS = /[\u{e0020}-\u{e007e}]+/gu;
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const COMMENT = /<!--([\s\S]*?)(?:-->|$)/g;
const BLANKS = /[^\S\n]{24,}|(?:[^\S\n]*\n){5,}/g;
const BASE64 = /[A-Za-z0-9+/_-]{160,}={0,2}/g;

/**
 * What a model is told of a server's words: nothing in it that a person who looks at the same words would not see. It
 * makes no text trustworthy, it only takes away places to hide.
 */
export function modelText(raw: string, { maxChars = MAX_CHARS } = {}): ModelText {
  const seen = seenText(raw);
  const findings = [...seen.findings];
  let text = seen.text.replace(COMMENT, (_, inside: string) => {
    findings.push(saying("a comment that pages do not show", inside));
    return "";
  });
  text = text.replace(BLANKS, (blanks) => {
    findings.push(`${blanks.length} blanks in a row`);
    return blanks.includes("\n") ? "\n\n" : " ";
  });
  text = text.replace(BASE64, (coded) => {
    findings.push(saying(`${coded.length} characters that look encoded`, coded.slice(0, 40)));
    return "[left out: looks encoded]";
  });
  text = text.trim();
  const letters = [...text];
  if (letters.length > maxChars) {
    findings.push(`it is ${letters.length} characters long; a model is given the first ${maxChars}`);
    text = `${letters.slice(0, maxChars - 1).join("")}…`;
  }
  return { text, findings };
}

/** The same for what must keep its form, such as results: only characters that nobody sees are taken out. */
export function seenText(raw: string): ModelText {
  const findings: string[] = [];
  const tags = [...raw.matchAll(TAGS)].map(([text]) => String.fromCodePoint(...[...text].map(untagged))).join(" ");
  if (tags !== "") findings.push(saying("text in invisible tag characters", tags));
  if (BIDI.test(raw)) findings.push("characters that turn the direction of writing");
  let others = 0;
  const text = raw.replace(/\r\n?/g, "\n").replace(HIDDEN_IN_TEXT, (character) => {
    if (!BIDI.test(character) && !isTag(character)) others += 1;
    return "";
  });
  if (others > 0) findings.push(`${others} invisible ${others === 1 ? "character" : "characters"}`);
  return { text, findings };
}

function saying(what: string, says: string): string {
  const shown = says.replace(/\s+/g, " ").trim();
  return shown === "" ? what : `${what}: "${shown.slice(0, MAX_REVEALED)}${shown.length > MAX_REVEALED ? "…" : ""}"`;
}

function isTag(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code >= 0xe0000 && code <= 0xe007f;
}

function untagged(character: string): number {
  return (character.codePointAt(0) ?? 0) - 0xe0000;
}
