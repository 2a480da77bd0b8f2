import { diffLines, diffWordsWithSpace } from "diff";

/** A piece of one of two texts; `only`: the other has nothing like it at this place. */
export interface ComparedPiece {
  text: string;
  only: boolean;
}

/** Texts that differ in more than this many places have little in common: then all of it counts as different. */
const LIMITS = { maxEditLength: 300 };

/** Two texts as pieces, line by line, or word by word where both are a single line. All pieces together are the text. */
export function comparedPieces(before: string, after: string): [ComparedPiece[], ComparedPiece[]] {
  const hasLines = (before + after).includes("\n");
  const changes = (hasLines ? diffLines(before, after, LIMITS) : diffWordsWithSpace(before, after, LIMITS)) ?? [
    { value: before, removed: true, added: false },
    { value: after, removed: false, added: true },
  ];
  return [
    changes.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value, only: removed })),
    changes.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value, only: added })),
  ];
}
