import type { ErrorBody, ErrorCode } from "../../../schemas/error-codes.ts";
import { PLACE } from "./place.ts";

/** A refused or failed request, in words for people: `message` says what happened, `next` what to do. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode | "UNREACHABLE";
  readonly next: string;
  readonly details: ErrorBody["details"];
  /** By which an admin finds it in the log. */
  readonly requestId: string | undefined;
  /** A person has to sign in to the server first; what was asked for did not happen. */
  readonly needsSignIn: boolean;

  constructor(body: Pick<ApiError, "code" | "message" | "next"> & Pick<ErrorBody, "details" | "requestId" | "signInUrl">) {
    const { code, message, next, details, requestId, signInUrl } = body;
    super(message);
    this.code = code;
    // The table's words for it are a programmer's: people have the fields before them.
    this.next = code === "REQUEST_INVALID" ? "Correct it and try again." : next;
    this.details = details;
    this.requestId = requestId;
    this.needsSignIn = signInUrl !== undefined;
  }
}

/** Raised on `window` when the server no longer knows this browser's session. */
export const SESSION_LOST = "patchbay:session-lost";

interface RequestOptions {
  method?: "GET" | "POST" | "PATCH" | "DELETE";
  body?: unknown;
  signal?: AbortSignal;
}

/** One request to our own server, by its path below wherever the page is. Rejects with ApiError, or with AbortError when `signal` says so. */
export async function request<T>(path: string, { method = "GET", body, signal }: RequestOptions = {}): Promise<T> {
  const response = await send(path, { method, body, signal });
  const text = await response.text();
  const answer = parsed(text);
  if (response.ok) return answer as T;
  const error = isErrorBody(answer) ? new ApiError(answer) : unreadable(response.status);
  if (error.code === "SIGN_IN_REQUIRED") window.dispatchEvent(new Event(SESSION_LOST));
  throw error;
}

/** A path of ours with every part encoded, for names that may hold anything. */
export function path(...parts: readonly string[]): string {
  return `/api/${parts.map(encodeURIComponent).join("/")}`;
}

async function send(path: string, { method, body, signal }: RequestOptions): Promise<Response> {
  try {
    return await fetch(PLACE.base + path, {
      method,
      signal,
      credentials: "same-origin",
      headers: body === undefined ? {} : { "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new ApiError({
      code: "UNREACHABLE",
      message: "The server cannot be reached.",
      next: "Check your network, and that the server is running.",
    });
  }
}

function unreadable(status: number): ApiError {
  return new ApiError({
    code: "INTERNAL",
    message: `The server answered with status ${status}.`,
    next: "Try again in a moment.",
  });
}

function parsed(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}

function isErrorBody(value: unknown): value is ErrorBody {
  return typeof value === "object" && value !== null && "code" in value && "message" in value && "next" in value;
}
