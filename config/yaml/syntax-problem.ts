import type { Problem } from "../problem.ts";

/** The YAML library's error in words for somebody who did not read the YAML specification. */
export function syntaxProblem(error: {
  readonly code: string;
  readonly message: string;
}): Pick<Problem, "code" | "message" | "expected" | "found" | "suggestion"> {
  switch (error.code) {
    case "TAB_AS_INDENT":
      return {
        code: "yaml-tab",
        message: "a tab is used for indentation",
        expected: "spaces",
        found: "a tab",
        suggestion: "replace every tab with two spaces",
      };
    case "RESOURCE_EXHAUSTION":
      return { code: "yaml-too-big", message: "the text is nested too deeply" };
    case "MULTIPLE_DOCS":
      return { code: "yaml-syntax", message: "the file holds several documents", expected: "one document" };
    case "BLOCK_AS_IMPLICIT_KEY":
      return {
        code: "yaml-syntax",
        message: "a second `key:` stands on this line",
        suggestion: "put it on a line of its own, or quote the text if the colon belongs to it",
      };
    case "MISSING_CHAR":
    case "UNEXPECTED_TOKEN":
    case "BAD_SCALAR_START":
      return {
        code: "yaml-syntax",
        message: lowerFirst(error.message),
        expected: "every quote and bracket closed, and texts with special signs in quotes",
        suggestion: "look here and on the line above for an unclosed quote or bracket",
      };
    case "BAD_INDENT":
      return {
        code: "yaml-syntax",
        message: lowerFirst(error.message),
        expected: "keys of one mapping below each other, in the same column",
        suggestion: "compare the blanks at the beginning of this line with those of the line above",
      };
    case "MULTILINE_IMPLICIT_KEY":
      return {
        code: "yaml-syntax",
        message: "this line is no `key: value`",
        expected: "`key: value`, or an entry of a list with `- `",
        suggestion: "look for a colon that is missing, or for the wrong indentation here or on the line above",
      };
    default:
      return { code: "yaml-syntax", message: lowerFirst(error.message) };
  }
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
