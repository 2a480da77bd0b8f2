import { HIDDEN_IN_TEXT } from "../../../schemas/hidden-characters.ts";

/** A piece of foreign text: as it is, or one character that would not be seen. */
export interface TextPiece {
  text: string;
  hidden: boolean;
}

/** Splits text so that characters which hide or turn text can be shown as their code points. Nothing is left out. */
export function textPieces(text: string): readonly TextPiece[] {
  return withLines(text)
    .split(HIDDEN_IN_TEXT)
    .map((piece, index) => (index % 2 === 1 ? { text: codePoint(piece), hidden: true } : { text: piece, hidden: false }))
    .filter(({ text }) => text !== "");
}

/** The same as one string, for places that take no elements. */
export function visibleString(text: string): string {
  return withLines(text).replace(HIDDEN_IN_TEXT, (character) => `⟦${codePoint(character)}⟧`);
}

function withLines(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}
