import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { Ajv } from "ajv/dist/ajv.js";
import addFormats from "ajv-formats";

/** One thing that is wrong with a value, in words for people. */
export interface SchemaError {
  /** Keys and indexes from the checked value down; for a missing or unknown key its own name is the last part. */
  readonly path: readonly (string | number)[];
  readonly kind: "missing" | "unknown" | "type" | "invalid";
  readonly expected: string;
  readonly found: string;
  /** Names that are known where an unknown one was found. */
  readonly known?: readonly string[];
}

export type SchemaCheck = (value: unknown) => readonly SchemaError[];

export interface CompileOptions {
  /** Other schemas that `$ref` names by their `$id`. */
  readonly references?: readonly object[];
  /** Writes defaults into the checked value. @default false */
  readonly fillDefaults?: boolean;
}

/** Keys of ours in schemas: what editors show, and what errors say. */
const ANNOTATIONS = ["errorMessage", "patternErrorMessage", "markdownDescription", "defaultSnippets", "deprecationMessage"];
const MAX_SHOWN_CHARACTERS = 40;

/**
 * Compiles a JSON Schema (draft 2020-12) written by us. All errors at once; inherited properties do not count.
 * Never for schemas that came over the network: patterns and formats of strangers can block the process.
 */
export function compileSchema(schema: object, { references = [], fillDefaults = false }: CompileOptions = {}): SchemaCheck {
  let validate: ValidateFunction | null = null;
  return (value) => {
    // Compiling costs more than most checks: what is never asked is never compiled.
    validate ??= compile(schema, references, fillDefaults);
    if (validate(value)) return [];
    return (validate.errors ?? []).filter(({ keyword }) => !IS_CONTAINER.has(keyword)).map(asSchemaError);
  };
}

function compile(schema: object, references: readonly object[], fillDefaults: boolean): ValidateFunction {
  const ajv = new Ajv2020({
    allErrors: true,
    ownProperties: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    useDefaults: fillDefaults,
    // Our schemas are checked against the meta-schema by a test, once, and not at every start.
    validateSchema: false,
  });
  ajv.addVocabulary(ANNOTATIONS);
  // The package's types describe its CommonJS form.
  (addFormats as unknown as (target: Ajv2020) => void)(ajv);
  for (const reference of references) ajv.addSchema(reference);
  return ajv.compile(schema);
}

/**
 * Compiles a schema that came over the network, in an instance of its own: what strangers call their schemas (`$id`) says
 * nothing about anybody else's. The check says what is wrong first, or null. Throws for what is no schema, and for
 * references to other documents: nothing is ever fetched. It may take for ever, to compile and to check: only for threads
 * that can be ended.
 */
export function compileForeignSchema(schema: Readonly<Record<string, unknown>>): (value: unknown) => string | null {
  // A name of its own is of no use to a schema that stands alone, and an odd one would be in the way.
  const { $schema, $id: _, ...rest } = schema;
  const isOld = typeof $schema === "string" && /draft-0[3-7]/.test($schema);
  const options = {
    strict: false,
    ownProperties: true,
    validateFormats: false,
    validateSchema: false,
    addUsedSchema: false,
    logger: false,
    inlineRefs: false,
  } as const;
  const validate = (isOld ? new Ajv(options) : new Ajv2020(options)).compile(rest);
  return (value) => {
    if (validate(value)) return null;
    const [error] = validate.errors ?? [];
    return error === undefined ? "it does not fit" : `${error.instancePath || "/"} ${error.message ?? "does not fit"}`;
  };
}

/** Their parts have said what is wrong already. */
const IS_CONTAINER = new Set(["if", "allOf", "propertyNames", "dependentSchemas"]);

function asSchemaError(error: ErrorObject): SchemaError {
  const path = pathOf(error.instancePath);
  const schema = (error.parentSchema ?? {}) as Record<string, unknown>;
  switch (error.keyword) {
    case "required":
      return {
        path: [...path, error.params.missingProperty],
        kind: "missing",
        expected: expectedAt(schema, error.params.missingProperty),
        found: "nothing",
      };
    case "additionalProperties": {
      const known = Object.keys((schema.properties as object | undefined) ?? {});
      const name: string = error.params.additionalProperty;
      return { path: [...path, name], kind: "unknown", expected: `one of ${known.join(", ")}`, found: name, known };
    }
    case "type":
      return { path, kind: "type", expected: expectedOf(schema), found: foundWords(error.data) };
    default:
      return { path, kind: "invalid", expected: expectedOf(schema, error), found: foundWords(error.data) };
  }
}

function expectedAt(schema: Record<string, unknown>, property: string): string {
  const properties = schema.properties as Record<string, Record<string, unknown>> | undefined;
  const known = properties?.[property];
  return known === undefined || known.$ref !== undefined ? `\`${property}\`` : `\`${property}\`: ${expectedOf(known)}`;
}

/** JSON's types in words for people. */
export const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "text",
  integer: "a whole number",
  number: "a number",
  boolean: "true or false",
  object: "a mapping",
  array: "a list",
  null: "nothing",
};

function expectedOf(schema: Record<string, unknown>, error?: ErrorObject): string {
  const own = schema.errorMessage ?? schema.patternErrorMessage;
  if (typeof own === "string") return own;
  if (Array.isArray(schema.enum)) return `one of ${schema.enum.join(", ")}`;
  if (schema.const !== undefined) return String(schema.const);
  if (error !== undefined && error.keyword !== "anyOf" && error.keyword !== "oneOf")
    return `a value that ${error.message ?? "fits"}`;
  const types = [schema.type].flat().map((type) => TYPE_WORDS[String(type)] ?? String(type));
  return withLimits(types.join(" or "), schema);
}

function withLimits(type: string, schema: Record<string, unknown>): string {
  if (schema.exclusiveMinimum !== undefined) return `${type} above ${schema.exclusiveMinimum}`;
  if (schema.minimum !== undefined && schema.maximum !== undefined) return `${type} from ${schema.minimum} to ${schema.maximum}`;
  if (schema.minimum !== undefined) return `${type}, at least ${schema.minimum}`;
  return type;
}

/** A value in words. Short, and never a long text: it may be a secret. */
export function foundWords(value: unknown): string {
  if (value === null) return "nothing (null)";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object") return "a mapping";
  if (typeof value !== "string") return `${typeof value === "number" ? "the number" : "the value"} ${value}`;
  return value.length > MAX_SHOWN_CHARACTERS ? `a text of ${value.length} characters` : `the text "${value}"`;
}

function pathOf(instancePath: string): (string | number)[] {
  return instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
