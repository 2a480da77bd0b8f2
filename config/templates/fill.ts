import type { Segment, Template } from "../types.ts";
import { lookUp } from "./placeholder-value.ts";
import type { ResolveContext, ResolveFailure } from "./resolved.ts";

export type Placeholder = Extract<Segment, { kind: "placeholder" }>;

/** One resolution: what values come from, what happens to missing ones, and what went wrong so far. */
export interface Filling {
  readonly context: ResolveContext;
  /** `refuse`: a missing or blank value is a failure. `keep`: LibreChat's way, the placeholder's own text. */
  readonly mode: "refuse" | "keep";
  readonly failures: ResolveFailure[];
  /** Collects the values that nobody else may read. */
  readonly filled?: string[];
}

/** Makes a value fit for its place; null when it cannot be sent there. `before` is the text so far. */
export type Encode = (value: string, placeholder: Placeholder, before: string) => string | null;

/** A template with its values in place. Values are inserted once and never read as templates. */
export function fill(template: Template, field: string, filling: Filling, encode: Encode): string {
  let built = "";
  for (const segment of template.segments) {
    built += segment.kind === "text" ? segment.text : fillOne(segment, field, filling, encode, built);
  }
  return built;
}

function fillOne(segment: Placeholder, field: string, filling: Filling, encode: Encode, before: string): string {
  const { family, name, source } = segment;
  const fail = (reason: ResolveFailure["reason"]): string => {
    filling.failures.push({ reason, family, name, field });
    return "";
  };
  if (family === "unknown") return source;
  const looked = lookUp(segment, filling.context);
  if (looked.kind === "expired") return fail("signInExpired");
  if (looked.kind === "absent") return filling.mode === "keep" ? source : fail("missing");
  if (filling.mode === "refuse" && looked.value.trim() === "") return fail("missing");
  if (isSecret(segment, field)) filling.filled?.push(looked.value);
  return encode(looked.value, segment, before) ?? fail("notSendable");
}

/** Who somebody is, and which host the operator means, stands in messages that people need. */
function isSecret({ family }: Placeholder, field: string): boolean {
  return family !== "user" && family !== "body" && !(family === "env" && field === "url");
}
