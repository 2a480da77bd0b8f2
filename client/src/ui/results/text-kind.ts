/** Parsing or colouring more than this would be felt. */
const MAX_JSON_LENGTH = 400_000;

/** The value of a text that is a JSON object or list; undefined when it is anything else. */
export function jsonIn(text: string): unknown {
  const start = text.trimStart()[0];
  if ((start !== "{" && start !== "[") || text.length > MAX_JSON_LENGTH) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Signs that somebody wrote markdown: a heading, a list, a table, a fence, emphasis or a link. */
export function looksLikeMarkdown(text: string): boolean {
  return /^(#{1,6} |[-*] |\d+\. |\||```|> )|\*\*[^*\n]+\*\*|\[[^\]\n]+\]\(https?:|`[^`\n]+`/m.test(text.slice(0, 8_000));
}

/** Is this text the JSON of that value? */
export function isSameJson(text: unknown, value: unknown): boolean {
  if (typeof text !== "string") return false;
  const parsed = jsonIn(text);
  return parsed !== undefined && JSON.stringify(parsed) === JSON.stringify(value);
}
