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

const NOTHING: readonly StatusWarning[] = [];

export function sessionWarnings(): SessionWarnings {
  let said: readonly StatusWarning[] = NOTHING;
  let tell = () => {};
  const of = (code: StatusWarning["code"]) => said.find((each) => each.code === code)?.message ?? null;
  return {
    set(code, message) {
      if (of(code) === message) return;
      const others = said.filter((each) => each.code !== code);
      said = message === null ? others : [...others, { code, message }];
      tell();
    },
    get: of,
    list: () => said,
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
