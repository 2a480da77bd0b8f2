import type { ModelChoice } from "./chat-wire.ts";

/** What a request for a model's words may take. */
export interface SamplingTerms {
  /** The only model it may have; null: the person picks. */
  model: ModelChoice | null;
  /** Tokens the answer may have: what was asked for, or what the operator gives at most. */
  maxTokens: number;
  /** Requests this server has left for this person within the hour. */
  left: number;
}

/** What a server asks a person: to fill in a form or visit a page (`elicitation`), or for words of a model (`sampling`). */
export interface ServerRequestView {
  id: string;
  server: string;
  kind: "elicitation" | "sampling";
  /** As the server sent them: text of a stranger. */
  params: Readonly<Record<string, unknown>>;
  /** For `sampling` only, else null. */
  terms: SamplingTerms | null;
  /** A call was refused until this page is visited: accepting says that it was, and sends the call once more. */
  holdsCall: boolean;
  createdAt: number;
  /** From then on the server was told that nobody answered. */
  expiresAt: number;
}
