/** JSON as editors write it, with comments and commas before a closing bracket, to plain JSON. */
export function stripJsonComments(text: string): string {
  // Texts first: what looks like a comment inside of one is none.
  const withoutComments = text.replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (match) =>
    match.startsWith('"') ? match : " ",
  );
  return withoutComments.replace(/"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/g, (match) => (match === "," ? "" : match));
}
