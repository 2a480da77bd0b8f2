/**
 * What terminals obey (ECMA-48): control sequences, strings such as titles and links up to their end, other escapes; in
 * seven bits and in eight. Linear: nothing in it is tried twice.
 */
const CODES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it is about
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]?|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?|\u001b[ -/]*[0-~]?/g;

/** Text of strangers on its way to a log that somebody may read in a terminal. */
export function withoutTerminalCodes(text: string): string {
  return text.replace(CODES, "");
}
