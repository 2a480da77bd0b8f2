import { type OutputUnit, type Schema, Validator } from "@cfworker/json-schema";
import {
  createErrorHandler,
  type ErrorSchema,
  type RJSFSchema,
  type RJSFValidationError,
  toErrorList,
  toErrorSchema,
  unwrapErrorHandler,
  type ValidatorType,
} from "@rjsf/utils";

/** These only say that something below them failed. */
const WRAPPERS = new Set(["properties", "items", "prefixItems", "allOf", "$ref", "additionalProperties", "if"]);

/**
 * Checks form data without compiling code, which the page's content security policy forbids. Only for schemas made by
 * `formSchema`: they hold no expressions and no references. The server checks again, with the full schema.
 */
export const formValidator: ValidatorType = {
  validateFormData(formData, schema, customValidate, transformErrors, uiSchema) {
    const found = check(formData, schema).map(asFormError);
    const errors = transformErrors === undefined ? found : transformErrors(found, uiSchema);
    const errorSchema = toErrorSchema(errors);
    if (customValidate === undefined) return { errors, errorSchema };
    const custom = unwrapErrorHandler(customValidate(formData, createErrorHandler(formData ?? {}), uiSchema)) as ErrorSchema;
    return { errors: [...errors, ...toErrorList(custom)], errorSchema: { ...errorSchema, ...custom } };
  },
  isValid(schema, formData) {
    return new Validator(schema as Schema, "2020-12", true).validate(formData).valid;
  },
  rawValidation<Result>(schema: RJSFSchema, formData?: unknown) {
    return { errors: check(formData, schema) as Result[] };
  },
};

function check(formData: unknown, schema: RJSFSchema): readonly OutputUnit[] {
  const { errors } = new Validator(schema as Schema, "2020-12", false).validate(formData ?? {});
  return errors.filter(({ keyword }) => !WRAPPERS.has(keyword));
}

function asFormError({ keyword, instanceLocation, error }: OutputUnit): RJSFValidationError {
  const path = instanceLocation
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const missing = keyword === "required" ? /required property "(.*)"/s.exec(error)?.[1] : undefined;
  const parts = missing === undefined ? path : [...path, missing];
  const message = missing === undefined ? error : "Please fill this in.";
  return { name: keyword, property: parts.map((part) => `.${part}`).join(""), message, stack: message };
}
