import type { ErrorCode } from "../error-codes.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/** One route: what the server mounts, checks bodies with, and describes in OpenAPI. Paths are express's: `/:name`. */
export interface RouteSpec {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly summary: string;
  /** `watcher`: an admin, or a machine with the token for that. */
  readonly auth: "public" | "user" | "admin" | "watcher";
  /** Absent: the route takes no body and ignores one. */
  readonly body?: JsonSchema;
  /** What may stand behind the `?`; anything else there is passed over. Each may be left out. */
  readonly query?: Readonly<Record<string, JsonSchema>>;
  /** Request headers with a meaning of their own, in lower case. Each may be left out. */
  readonly headers?: Readonly<Record<string, JsonSchema>>;
  /** @default 256 KiB */
  readonly maxBodyBytes?: number;
  /** @default 200 */
  readonly status?: 200 | 201 | 303;
  readonly answer: JsonSchema;
  /** @default application/json */
  readonly answerType?: "text/plain" | "text/html" | "text/javascript";
  readonly errors: readonly ErrorCode[];
}

/** A closed object whose properties are all required, but for those named optional. */
export function object(properties: Record<string, JsonSchema>, { optional = [] as readonly string[] } = {}): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, required, additionalProperties: false };
}

export function text(description: string, { minLength = 1, maxLength = 256, ...more }: Record<string, unknown> = {}): JsonSchema {
  return { type: "string", description, minLength, maxLength, ...more };
}

export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
export const listOf = (items: JsonSchema): JsonSchema => ({ type: "array", items });
export const SUCCESS: JsonSchema = object({ success: { const: true } });
