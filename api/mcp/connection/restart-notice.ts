import type { AppError } from "../../errors/app-error.ts";
import type { McpSession } from "../session/session.ts";

/** Carries from one session to the next why it had to be started again, where people shall know of it. */
export function restartNotice() {
  let loss: AppError | null = null;
  return {
    lost(why: AppError) {
      loss = why.code === "MEMORY_LIMIT" ? why : null;
    },
    tell({ warnings }: McpSession) {
      if (loss !== null) warnings.set("RESTARTED", `${loss.message}; it was started again`);
      loss = null;
    },
  };
}
