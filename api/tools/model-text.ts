/** A server's text as a model gets it, and what was found in it that people do not see. */
export interface ModelText {
  readonly text: string;
  /** In words for people: what hides, and what it says where that can be read. */
  readonly findings: readonly string[];
}

const MAX_CHARS = 2_000;
const MAX_REVEALED = 200;
const LINE = /[\n\t]/;
/** Controls, what is drawn as nothing, private and unassigned characters, and an empty Braille cell. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** What makes one picture of several is no hiding place. */
const EMOJI_JOINTS = /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)(?:\ufe0f|\u200d)/gu;
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
  const findings: string[] = [];
  const found = (what: string, says = "") => {
    const shown = says.replace(/\s+/g, " ").trim();
    findings.push(shown === "" ? what : `${what}: "${shown.slice(0, MAX_REVEALED)}${shown.length > MAX_REVEALED ? "…" : ""}"`);
  };
  const tags = [...raw.matchAll(TAGS)].map(([text]) => String.fromCodePoint(...[...text].map(untagged))).join(" ");
  if (tags !== "") found("text in invisible tag characters", tags);
  if (BIDI.test(raw)) found("characters that turn the direction of writing");
  let others = 0;
  let text = raw
    .replace(/\r\n?/g, "\n")
    .replace(EMOJI_JOINTS, "")
    .replace(INVISIBLE, (character) => {
      if (LINE.test(character)) return character;
      if (!BIDI.test(character) && !isTag(character)) others += 1;
      return "";
    });
  if (others > 0) found(`${others} invisible ${others === 1 ? "character" : "characters"}`);
  text = text.replace(COMMENT, (_, inside: string) => {
    found("a comment that pages do not show", inside);
    return "";
  });
  text = text.replace(BLANKS, (blanks) => {
    found(`${blanks.length} blanks in a row`);
    return blanks.includes("\n") ? "\n\n" : " ";
  });
  text = text.replace(BASE64, (coded) => {
    found(`${coded.length} characters that look encoded`, coded.slice(0, 40));
    return "[left out: looks encoded]";
  });
  text = text.trim();
  const letters = [...text];
  if (letters.length > maxChars) {
    found(`it is ${letters.length} characters long; a model is given the first ${maxChars}`);
    text = `${letters.slice(0, maxChars - 1).join("")}…`;
  }
  return { text, findings };
}

function isTag(character: string): boolean {
  const code = character.codePointAt(0) ?? 0;
  return code >= 0xe0000 && code <= 0xe007f;
}

function untagged(character: string): number {
  return (character.codePointAt(0) ?? 0) - 0xe0000;
}
