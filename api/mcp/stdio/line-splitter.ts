/** Cuts a byte stream into lines, holding at most `maxBytes` of an unfinished one. */
export interface LineSplitter {
  /** Complete lines in this chunk, without their ends; throws RangeError when a line passes the cap. */
  push(chunk: Buffer): string[];
}

export function lineSplitter(maxBytes: number): LineSplitter {
  let pieces: Buffer[] = [];
  let held = 0;
  return {
    push(chunk) {
      const lines: string[] = [];
      let start = 0;
      for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
        pieces.push(chunk.subarray(start, end));
        lines.push(Buffer.concat(pieces).toString("utf8").replace(/\r$/, ""));
        pieces = [];
        held = 0;
        start = end + 1;
      }
      if (start < chunk.length) {
        pieces.push(chunk.subarray(start));
        held += chunk.length - start;
        if (held > maxBytes) throw new RangeError(`a line is longer than ${maxBytes} bytes`);
      }
      return lines;
    },
  };
}
