import type { StatusWarning } from "../../../schemas/wire.ts";
import { AppError } from "../../errors/app-error.ts";

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
  return new Warnings();
}

/** A class, because every session has one: methods weigh nothing where closures do. */
class Warnings implements SessionWarnings {
  #said = NOTHING;
  #tell: () => void = () => {};

  set(code: StatusWarning["code"], message: string | null): void {
    if (this.get(code) === message) return;
    const others = this.#said.filter((each) => each.code !== code);
    this.#said = message === null ? others : [...others, { code, message }];
    this.#tell();
  }

  get(code: StatusWarning["code"]): string | null {
    return this.#said.find((each) => each.code === code)?.message ?? null;
  }

  list(): readonly StatusWarning[] {
    return this.#said;
  }

  onChange(listener: () => void): void {
    this.#tell = listener;
  }
}

/** A time limit that was missed, and what may be behind it. */
export function withHint(why: AppError, hint: string | null): AppError {
  if (hint === null || (why.code !== "CONNECT_TIMEOUT" && why.code !== "CALL_TIMEOUT")) return why;
  return new AppError(why.code, `${why.message}; ${hint}`, { cause: why });
}
