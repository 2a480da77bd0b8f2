import type { StandardSchemaV1 } from "./sdk.ts";

/** Takes any object as it came: what is in it is looked at by us, part by part, so that one bad part costs that part. */
export const anything: StandardSchemaV1<unknown, Record<string, unknown>> = {
  "~standard": {
    version: 1,
    vendor: "patchbay",
    validate: (value) => (isRecord(value) ? { value } : { issues: [{ message: "an object was expected" }] }),
  },
};

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
