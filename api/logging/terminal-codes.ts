/**
 * What terminals obey (ECMA-48), each from its beginning to its end: control sequences, strings such as titles and links on
 * one line, other escapes; in seven bits and in eight. Then what only begins one, or is a command by itself. Linear: where
 * one begins inside of another, the other is given up.
 */
const CODES =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are what it is about
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0000-\u001f\u007f-\u009f]*(?:\u0007|\u001b\\|\u009c)|\u001b(?![[\]PX^_])[ -/]*[0-~]|([\u001b\u007f-\u009f])/g;

/**
 * Text of strangers on its way to a log that somebody may read in a terminal. Whole codes are taken out; one that does not
 * end would take the rest along, and is written as what it is instead.
 */
export function withoutTerminalCodes(text: string): string {
  return text.replace(CODES, (_, unended?: string) =>
    unended === undefined ? "" : `\\u${unended.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
