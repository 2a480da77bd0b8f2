import type { StatusWarning } from "../../schemas/wire.ts";

/** What people should know of a session that works nevertheless: at most one sentence of each kind. */
export interface SessionWarnings {
  /** Null takes it back. */
  set(code: StatusWarning["code"], message: string | null): void;
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
    list: () => [...said].map(([code, message]) => ({ code, message })),
    onChange: (listener) => {
      tell = listener;
    },
  };
}
