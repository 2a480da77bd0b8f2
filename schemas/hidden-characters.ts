/**
 * Controls, what turns the direction of writing, what is drawn as nothing, private and unassigned characters; and the
 * letters and signs that are empty by design: the Braille cell, the null note head, hieroglyphic blanks, the Khitan filler.
 */
const HIDDEN =
  "\\p{Cc}\\p{Cf}\\p{Cn}\\p{Co}\\p{Cs}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800\\u{1d159}\\u{13441}\\u{13442}\\u{16fe4}";

/** What chooses how one picture is drawn, or makes one of several, is no hiding place: it needs a picture each time. */
const JOINT = [
  "(?<=\\p{Extended_Pictographic})[\\ufe0e\\ufe0f]",
  "(?<=[0-9#*])\\ufe0f(?=\\u20e3)",
  "(?<=[\\p{Extended_Pictographic}\\p{Emoji_Modifier}]\\ufe0f?)\\u200d(?=\\p{Extended_Pictographic})",
].join("|");

const SHOWN = new RegExp(`[^\\s${HIDDEN}]`, "u");
const IN_NAMES = new RegExp(`[${HIDDEN}]`, "u");

/** Each character of a text that its readers would not see; lines and tabs show by themselves. For `split` and `replace`. */
export const HIDDEN_IN_TEXT: RegExp = new RegExp(`(?!\\n|\\t|${JOINT})([${HIDDEN}])`, "gu");

/** Is there anything in this name that people would not see? Nothing is excused: two names must look like two. */
export function hidesCharacters(name: string): boolean {
  return IN_NAMES.test(name);
}

/** Is there nothing to read in this text? */
export function showsNothing(text: string): boolean {
  return !SHOWN.test(text);
}
