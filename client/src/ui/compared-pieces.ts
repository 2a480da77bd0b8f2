import { diffArrays } from "diff";

/** A piece of one of two texts; `only`: the other has nothing like it at this place. */
export interface ComparedPiece {
  text: string;
  only: boolean;
}

const LINES = /[^\n]*\n|[^\n]+/g;
/** With the blanks before them, so that what is new is read in one. */
const WORDS = /\s*\S+|\s+/g;
/** Texts that differ in more places than this have little in common: then all of it counts as different. */
const LIMITS = { maxEditLength: 300 };

/** Two texts as pieces, line by line, or word by word where both are a single line. All pieces together are the text. */
export function comparedPieces(before: string, after: string): [ComparedPiece[], ComparedPiece[]] {
  const pieces = (before + after).includes("\n") ? LINES : WORDS;
  const left = before.match(pieces) ?? [];
  const right = after.match(pieces) ?? [];
  const changes = diffArrays<string>(left, right, LIMITS) ?? [
    { value: left, removed: true, added: false },
    { value: right, removed: false, added: true },
  ];
  return [
    changes.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value.join(""), only: removed })),
    changes.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value.join(""), only: added })),
  ];
}
