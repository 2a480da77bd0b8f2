import { fieldProblem, formFields } from "../../schemas/elicitation-form.ts";
import { AppError } from "../errors/app-error.ts";

interface Fault {
  path: string;
  expected: string;
}

/**
 * A filled-in form, defaults added, against the schema that the server asked with. Throws REQUEST_INVALID naming every
 * fault.
 */
export function checkForm(schema: unknown, content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const fields = formFields(schema);
  const names = new Set(fields.map(({ name }) => name));
  const filled: Record<string, unknown> = {};
  const faults: Fault[] = Object.keys(content)
    .filter((name) => !names.has(name))
    .map((name) => ({ path: `/content/${name}`, expected: "no such field" }));
  for (const field of fields) {
    const value = Object.hasOwn(content, field.name) ? content[field.name] : field.preset;
    const expected = fieldProblem(field, value);
    if (expected !== null) faults.push({ path: `/content/${field.name}`, expected });
    else if (value !== undefined) filled[field.name] = value;
  }
  if (faults.length > 0) throw new AppError("REQUEST_INVALID", "the form is not filled in as it asks", { details: faults });
  return filled;
}
