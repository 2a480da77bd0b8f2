import type { StatusWarning } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";

/** What people should know of a session that works nevertheless: at most one sentence of each kind. */
export interface SessionWarnings {
  /** Null takes it back. */
  set(code: StatusWarning["code"], message: string | null): void;
  get(code: StatusWarning["code"]): string | null;
  list(): readonly StatusWarning[];
  /** One listener. */
  onChange(listener: () => void): void;
}

export function sessionWarnings(): SessionWarnings {
  const said = new Map<StatusWarning["code"], string>();
  let tell = () => {};
  return {
    set(code, message) {
      if ((said.get(code) ?? null) === message) return;
      if (message === null) said.delete(code);
      else said.set(code, message);
      tell();
    },
    get: (code) => said.get(code) ?? null,
    list: () => [...said].map(([code, message]) => ({ code, message })),
    onChange: (listener) => {
      tell = listener;
    },
  };
}

/** A time limit that was missed, and what may be behind it. */
export function withHint(why: AppError, hint: string | null): AppError {
  if (hint === null || (why.code !== "CONNECT_TIMEOUT" && why.code !== "CALL_TIMEOUT")) return why;
  return new AppError(why.code, `${why.message}; ${hint}`, { cause: why });
}
