import { HIDDEN_IN_TEXT, hidesCharacters } from "../../schemas/hidden-characters.ts";
import { isRecord } from "../mcp/anything.ts";
import { type ModelText, modelText, seenText } from "./model-text.ts";

/** A tool's schema with nothing hidden in its texts, and what was found in it. */
export interface SchemaText {
  readonly schema: Readonly<Record<string, unknown>>;
  /** In words for people, as of descriptions. */
  readonly findings: readonly string[];
  /**
   * True: arguments are named, or must be given, with characters nobody sees. Cleaned they would be refused by the server,
   * and as they are they would tell models what people do not read.
   */
  readonly hidesInNames: boolean;
}

const MAX_FIELD_CHARS = 1_000;
const MAX_FINDINGS = 20;
/** Their keys are names that the server chose. */
const MAPS = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"]);
/** Names and values that must be sent as they stand. */
const FIXED = new Set(["enum", "const", "required", "dependentRequired", "$ref"]);
/** What is not told in sentences: only what nobody sees is taken out of it. */
const TERSE = new Set(["default", "examples", "format", "pattern"]);

/** Texts are cleaned wherever they stand, under whatever keyword. */
export function schemaText(inputSchema: Readonly<Record<string, unknown>>): SchemaText {
  const findings = new Set<string>();
  let hidesInNames = false;

  const told = ({ text, findings: found }: ModelText) => {
    for (const finding of found) findings.add(`in its arguments: ${finding}`);
    return text;
  };
  const checkName = (name: string, hides: boolean) => {
    if (!hides) return;
    told(seenText(name));
    hidesInNames = true;
  };
  const checkValues = (value: unknown) => {
    if (typeof value === "string") checkName(value, value.replaceAll("\r\n", "\n").search(HIDDEN_IN_TEXT) !== -1);
    else if (Array.isArray(value)) for (const each of value) checkValues(each);
    else if (isRecord(value)) for (const each of Object.entries(value).flat()) checkValues(each);
  };
  const cleaned = (value: unknown, isTerse: boolean): unknown => {
    if (typeof value === "string") {
      if (PLAIN.test(value)) return value;
      return told(isTerse ? seenText(value) : modelText(value, { maxChars: MAX_FIELD_CHARS }));
    }
    if (Array.isArray(value)) return value.map((each) => cleaned(each, isTerse));
    return isRecord(value) ? withKeywords(value, isTerse) : value;
  };
  const withKeywords = (schema: Record<string, unknown>, isTerse: boolean) => {
    const entries: [string, unknown][] = [];
    for (const [key, value] of Object.entries(schema)) {
      if (hidesCharacters(key)) told(seenText(key));
      else if (MAPS.has(key) && isRecord(value)) entries.push([key, withNames(value)]);
      else if (!FIXED.has(key)) entries.push([key, cleaned(value, isTerse || TERSE.has(key))]);
      else {
        checkValues(value);
        entries.push([key, value]);
      }
    }
    // A property may be called `__proto__`: fromEntries defines, it does not assign.
    return Object.fromEntries(entries);
  };
  const withNames = (map: Record<string, unknown>) => {
    for (const name of Object.keys(map)) checkName(name, hidesCharacters(name));
    return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, cleaned(value, false)]));
  };

  const schema = withKeywords(inputSchema, false);
  const all = hidesInNames ? [NOT_OFFERED, ...findings] : [...findings];
  return { schema, findings: all.slice(0, MAX_FINDINGS), hidesInNames };
}

const NOT_OFFERED = "names or values of its arguments hold invisible characters: models are not offered it";
/** Most strings of a schema are words like `string`: there is nothing to look for. */
const PLAIN = /^[\w./-]{1,100}$/;
