import { AppError } from "../errors/app-error.ts";
import type { JSONRPCMessage } from "./sdk.ts";

/** The code of an answer of ours in the place of one that cannot come any more, or cannot be used. */
export const OWN_ANSWER = -32099;

const made = new WeakSet<object>();

/**
 * Ends a request with a failure of ours: `why` in full, or words that become one by the phase the request was made in.
 * It travels like a server's answer, and no server can make one.
 */
export function ownAnswer(id: string | number, why: AppError | string): JSONRPCMessage {
  const error =
    typeof why === "string" ? { code: OWN_ANSWER, message: why } : { code: OWN_ANSWER, message: why.message, data: why };
  const answer: JSONRPCMessage = { jsonrpc: "2.0", id, error };
  made.add(answer);
  return answer;
}

export function isOwnAnswer(message: object): boolean {
  return made.has(message);
}

/** What ends the stream of an answer that nobody waits for any more. It goes through the SDK's parser, as text. */
export function farewell(id: string | number): JSONRPCMessage {
  return { jsonrpc: "2.0", id, error: { code: OWN_ANSWER, message: "nobody waits for this any more" } };
}

/** Nothing to count: ours, or one that says it is, which is as good as not having come. */
export function isFarewell(message: JSONRPCMessage): boolean {
  return "error" in message && message.error.code === OWN_ANSWER;
}

/** A transport's word for something that is JSON and no JSON-RPC. */
export class NotJsonRpc extends Error {
  override readonly name = "NotJsonRpc";
  readonly value: unknown;
  constructor(value: unknown) {
    super("the server sent something that is not JSON-RPC");
    this.value = value;
  }
}

/** A program's word for something between its messages that is not even JSON: a banner, a line meant for a log. */
export class NotJson extends Error {
  override readonly name = "NotJson";
  constructor() {
    super("the program wrote something to stdout that is not JSON");
  }
}

export function answerInvalid(): AppError {
  return new AppError("ANSWER_INVALID", "the server's answer does not follow JSON-RPC");
}
