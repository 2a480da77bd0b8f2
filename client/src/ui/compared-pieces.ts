/** A piece of one of two texts; `only`: the other has nothing like it at this place. */
export interface ComparedPiece {
  text: string;
  only: boolean;
}

/** Comparing takes the product of both lengths: beyond it, everything between the common ends counts as different. */
const MAX_CELLS = 250_000;

/** Two texts as pieces, line by line, or word by word where both are a single line. All pieces together are the text. */
export function comparedPieces(before: string, after: string): [ComparedPiece[], ComparedPiece[]] {
  const split = /\n/.test(before + after) ? /[^\n]*\n|[^\n]+/g : /\s*\S+|\s+/g;
  const left = before.match(split) ?? [];
  const right = after.match(split) ?? [];
  const [leftKept, rightKept] = common(left, right);
  return [joined(left, leftKept), joined(right, rightKept)];
}

/** Which pieces of each belong to their longest common sequence. */
function common(left: readonly string[], right: readonly string[]): [Set<number>, Set<number>] {
  const kept: [Set<number>, Set<number>] = [new Set(), new Set()];
  const keep = (leftIndex: number, rightIndex: number) => {
    kept[0].add(leftIndex);
    kept[1].add(rightIndex);
  };
  let start = 0;
  while (start < Math.min(left.length, right.length) && left[start] === right[start]) {
    keep(start, start);
    start += 1;
  }
  let leftEnd = left.length;
  let rightEnd = right.length;
  while (leftEnd > start && rightEnd > start && left[leftEnd - 1] === right[rightEnd - 1]) {
    leftEnd -= 1;
    rightEnd -= 1;
    keep(leftEnd, rightEnd);
  }
  const rows = leftEnd - start;
  const columns = rightEnd - start;
  if (rows * columns > MAX_CELLS) return kept;
  /** How long the common sequence of what is left from here on is. */
  const lengths = new Uint32Array((rows + 1) * (columns + 1));
  const lengthAt = (row: number, column: number) => lengths[row * (columns + 1) + column] ?? 0;
  for (let row = rows - 1; row >= 0; row -= 1) {
    for (let column = columns - 1; column >= 0; column -= 1) {
      const isSame = left[start + row] === right[start + column];
      lengths[row * (columns + 1) + column] = isSame
        ? lengthAt(row + 1, column + 1) + 1
        : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < rows && column < columns; ) {
    if (left[start + row] === right[start + column]) {
      keep(start + row, start + column);
      row += 1;
      column += 1;
    } else if (lengthAt(row + 1, column) >= lengthAt(row, column + 1)) row += 1;
    else column += 1;
  }
  return kept;
}

/** Neighbours of one kind as one piece. */
function joined(pieces: readonly string[], kept: ReadonlySet<number>): ComparedPiece[] {
  const all: ComparedPiece[] = [];
  for (const [index, text] of pieces.entries()) {
    const only = !kept.has(index);
    const last = all.at(-1);
    if (last?.only === only) last.text += text;
    else all.push({ text, only });
  }
  return all;
}
