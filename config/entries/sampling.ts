/** What a server's requests for a model's words may take. */
export interface Sampling {
  /** The only model it may have; null: the person picks one. */
  readonly model: { readonly endpoint: string; readonly model: string } | null;
  /** Tokens of one answer. @default 1,024 */
  readonly maxTokens: number;
  /** Requests to one person in an hour. @default 20 */
  readonly perHour: number;
}

const DEFAULT_MAX_TOKENS = 1_024;
const DEFAULT_PER_HOUR = 20;

/** A checked entry's `sampling`; null where it is off, and there servers are not told of it. */
export function samplingOf({ sampling }: Readonly<Record<string, unknown>>): Sampling | null {
  if (typeof sampling !== "object" || sampling === null) return null;
  const { enabled, endpoint, model, maxTokens, perHour } = sampling as Record<string, unknown>;
  if (enabled !== true) return null;
  return {
    model: typeof endpoint === "string" && typeof model === "string" ? { endpoint, model } : null,
    maxTokens: typeof maxTokens === "number" ? maxTokens : DEFAULT_MAX_TOKENS,
    perHour: typeof perHour === "number" ? perHour : DEFAULT_PER_HOUR,
  };
}
