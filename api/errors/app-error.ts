import { ERROR_CODES, type ErrorCode } from "../../schemas/error-codes.ts";

export interface AppErrorOptions extends ErrorOptions {
  details?: readonly { path: string; expected: string; found?: string }[];
  /** Names of missing values, for USER_VARS_MISSING and ENV_MISSING. */
  missing?: readonly string[];
  retryAfterMs?: number;
  /** True when it is certain that the request did not run: then it may be sent again. */
  neverRan?: boolean;
  /** True when nobody could have connected there, whoever asks. */
  isEndpointDown?: boolean;
  /** True when nothing was tried, because others have just found out that it would fail. */
  wasHeldBack?: boolean;
  /** True when what ended had finished in peace: a program that exited with code 0. */
  endedInPeace?: boolean;
  /** The server that a person has to sign in to, for OAUTH_REQUIRED. */
  signInTo?: string;
}

/** A failure with a stable code. Its message is for people: no secret, no stack, no foreign body text in it. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly details: AppErrorOptions["details"];
  readonly missing: AppErrorOptions["missing"];
  readonly retryAfterMs: number | undefined;
  readonly neverRan: boolean;
  readonly isEndpointDown: boolean;
  readonly wasHeldBack: boolean;
  readonly endedInPeace: boolean;
  readonly signInTo: string | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.details = options.details;
    this.missing = options.missing;
    this.retryAfterMs = options.retryAfterMs;
    this.neverRan = options.neverRan === true;
    this.isEndpointDown = options.isEndpointDown === true;
    this.wasHeldBack = options.wasHeldBack === true;
    this.endedInPeace = options.endedInPeace === true;
    this.signInTo = options.signInTo;
  }

  get httpStatus(): number {
    return ERROR_CODES[this.code].httpStatus;
  }
}
