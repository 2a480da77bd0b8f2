/** RFC 6570 as resources use it: every variable is one text. */
interface Expression {
  operator: string;
  variables: readonly { name: string; maxLength: number }[];
}

const EXPRESSION = /\{([+#./;?&]?)([^{}]{1,500})\}/g;
const RESERVED_TOO = new Set(["+", "#"]);
const NAMED = new Set([";", "?", "&"]);
const FIRST: Readonly<Record<string, string>> = { "#": "#", ".": ".", "/": "/", ";": ";", "?": "?", "&": "&" };
const BETWEEN: Readonly<Record<string, string>> = { ".": ".", "/": "/", ";": ";", "?": "&", "&": "&" };

/** The names in a template, each once, in order. */
export function variablesOf(template: string): readonly string[] {
  const names = [...template.matchAll(EXPRESSION)].flatMap((match) => expressionOf(match).variables.map(({ name }) => name));
  return [...new Set(names)];
}

/** The address with these values in it. An expression of which nothing is given leaves nothing. */
export function expanded(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(EXPRESSION, (...match) => {
    const { operator, variables } = expressionOf(match as unknown as RegExpMatchArray);
    const given = variables.flatMap(({ name, maxLength }) => {
      const value = Object.hasOwn(values, name) ? (values[name] ?? "") : "";
      if (value === "") return [];
      const text = encoded([...value].slice(0, maxLength).join(""), RESERVED_TOO.has(operator));
      return [NAMED.has(operator) ? `${name}=${text}` : text];
    });
    return given.length === 0 ? "" : `${FIRST[operator] ?? ""}${given.join(BETWEEN[operator] ?? ",")}`;
  });
}

function expressionOf([, operator = "", list = ""]: RegExpMatchArray): Expression {
  const variables = list.split(",").map((each) => {
    const [name = "", maxLength] = each.replace(/\*$/, "").split(":");
    return { name: name.trim(), maxLength: maxLength === undefined ? Number.POSITIVE_INFINITY : Number(maxLength) || 0 };
  });
  return { operator, variables: variables.filter(({ name }) => name !== "") };
}

/** `reserved`: what has a meaning in an address keeps it. */
function encoded(text: string, reserved: boolean): string {
  const strict = (part: string) =>
    encodeURIComponent(part.toWellFormed()).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
  if (!reserved) return strict(text);
  return text.replace(/(%[0-9a-f]{2})|[:/?#[\]@!$&'()*+,;=]|[^:/?#[\]@!$&'()*+,;=%]+|%/gi, (part, kept?: string) =>
    kept !== undefined || /^[:/?#[\]@!$&'()*+,;=]$/.test(part) ? part : strict(part),
  );
}
