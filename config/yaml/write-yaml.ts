/** Values a configuration is made of. */
export type YamlValue = string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/** Words and shapes that YAML, old or new, would not read back as the same text. */
const NOT_PLAIN = /^(y|yes|n|no|on|off|true|false|null|~|[-+.\d].*)?$/i;
const PLAIN = /^[A-Za-z_/][A-Za-z0-9_./@ -]*[A-Za-z0-9_./@-]$|^[A-Za-z_/]$/;

/** Block-style YAML lines of a mapping. Every text reads back as itself, in YAML 1.1 too. */
export function yamlLines(mapping: { readonly [key: string]: YamlValue }, indent = 0): string[] {
  const blanks = " ".repeat(indent);
  return Object.entries(mapping).flatMap(([key, value]) => {
    if (Array.isArray(value)) {
      if (value.length === 0) return [`${blanks}${scalar(key)}: []`];
      return [`${blanks}${scalar(key)}:`, ...value.map((item) => `${blanks}  - ${flow(item)}`)];
    }
    if (typeof value !== "object") return [`${blanks}${scalar(key)}: ${flow(value)}`];
    const lines = yamlLines(value as { readonly [key: string]: YamlValue }, indent + 2);
    return lines.length === 0 ? [`${blanks}${scalar(key)}: {}`] : [`${blanks}${scalar(key)}:`, ...lines];
  });
}

function flow(value: YamlValue): string {
  return typeof value === "string" ? scalar(value) : JSON.stringify(value);
}

/** JSON's quoted form is YAML's too. */
function scalar(text: string): string {
  return PLAIN.test(text) && !NOT_PLAIN.test(text) ? text : JSON.stringify(text);
}
