import type { Problem } from "./problem.ts";

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
      return { code: "yaml-syntax", message: lowerFirst(error.message), suggestion: "look for an unclosed quote or bracket" };
    default:
      return { code: "yaml-syntax", message: lowerFirst(error.message) };
  }
}

function lowerFirst(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
