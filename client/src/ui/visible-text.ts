/** A piece of foreign text: as it is, or one character that would not be seen. */
export interface TextPiece {
  text: string;
  hidden: boolean;
}

// Terminal commands (ECMA-48): control sequences, strings such as links up to their end, other escapes; in seven and in eight bits.
const TERMINAL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it is about
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;
const HIDDEN = /\p{Cc}|\p{Cf}|\u034f|[\u115f\u1160]|\u17b4|\u17b5|[\u2800\u3164\uffa0]|[\u{e0100}-\u{e01ef}]/u;
const HIDDEN_ONES = new RegExp(`(${HIDDEN.source})`, "gu");
const EMOJI = /\p{Extended_Pictographic}/u;

/** Splits text so that characters which hide or turn text can be shown as their code points. */
export function textPieces(text: string): readonly TextPiece[] {
  return withoutTerminal(text)
    .split(HIDDEN_ONES)
    .map((piece, index, all) => ({ text: piece, hidden: index % 2 === 1 && !isHarmless(piece, all[index - 1] ?? "") }))
    .filter(({ text }) => text !== "")
    .map(({ text, hidden }) => ({ text: hidden ? codePoint(text) : text, hidden }));
}

/** The same as one string, for places that take no elements. */
export function visibleString(text: string): string {
  return textPieces(text)
    .map(({ text, hidden }) => (hidden ? `⟦${text}⟧` : text))
    .join("");
}

/** Drops commands to a terminal: colours, cursor moves, links. */
function withoutTerminal(text: string): string {
  return text.replace(TERMINAL, "").replace(/\r\n?/g, "\n");
}

/** Line breaks and tabs show by themselves; a joiner after an emoji belongs to it. */
function isHarmless(character: string, before: string): boolean {
  if (character === "\n" || character === "\t") return true;
  return character === "\u200d" && EMOJI.test(before.slice(-3));
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
