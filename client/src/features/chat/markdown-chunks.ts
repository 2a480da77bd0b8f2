const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** Goes on with what stands before the empty line: indented, a list, a quotation, a table. */
const GOES_ON = /^(?:\s|[-*+>|]|\d+[.)])/;

/**
 * Markdown that grows, cut where what stands before can be read without what comes behind: only the last piece changes,
 * so that only that one is parsed again. The pieces are the text.
 */
export function markdownChunks(text: string): readonly string[] {
  const chunks: string[] = [];
  let fence: string | null = null;
  let begin = 0;
  let isBehindEmpty = false;
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at);
    const next = end === -1 ? text.length : end + 1;
    const line = text.slice(at, next);
    const isEmpty = line.trim() === "";
    if (fence === null && isBehindEmpty && !isEmpty && !GOES_ON.test(line)) {
      chunks.push(text.slice(begin, at));
      begin = at;
    }
    const mark = FENCE.exec(line)?.[1];
    if (fence === null) fence = mark ?? null;
    else if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
    isBehindEmpty = isEmpty;
    at = next;
  }
  return begin < text.length ? [...chunks, text.slice(begin)] : chunks;
}
