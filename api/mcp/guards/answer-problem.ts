import { AppError } from "../../errors/app-error.ts";
import { isRecord } from "../anything.ts";
import { printable } from "../printable.ts";
import { SUPPORTED_PROTOCOL_VERSIONS } from "../sdk.ts";
import { tidiedWithin } from "./json-walk.ts";

const MAX_INTRODUCTION_CHARS = 256 * 1024;
/** Entries of a list are looked at one by one: a bad one costs itself, not the list. */
const MAX_LIST_DEPTH = 1_000;

/** Why an answer to one of our requests cannot be used, before anybody looks at what it says; null when it can. */
export function answerProblem(method: string, result: unknown, maxDepth: number): AppError | null {
  const isConnecting = method === "initialize" || method === "server/discover";
  if (!tidiedWithin(result, method.endsWith("/list") ? MAX_LIST_DEPTH : maxDepth)) {
    return new AppError(isConnecting ? "PROTOCOL_ERROR" : "ANSWER_INVALID", "the server's answer is nested too deep");
  }
  if (!isConnecting) return null;
  const unsupported = method === "initialize" && isRecord(result) ? versionProblem(result.protocolVersion) : null;
  if (unsupported !== null) return unsupported;
  return JSON.stringify(result).length > MAX_INTRODUCTION_CHARS
    ? new AppError("PROTOCOL_ERROR", `the server introduces itself with more than ${MAX_INTRODUCTION_CHARS} characters`)
    : null;
}

function versionProblem(version: unknown): AppError | null {
  if (typeof version === "string" && SUPPORTED_PROTOCOL_VERSIONS.includes(version)) return null;
  const named = typeof version === "string" ? `"${printable(version, 40)}"` : `a ${typeof version}`;
  return new AppError("PROTOCOL_UNSUPPORTED", `unsupported protocol: the server wants to speak version ${named}`);
}
