import { openApiDocument } from "../../../schemas/openapi.ts";
import type { SYSTEM_ROUTES } from "../../../schemas/routes/system-routes.ts";
import { AppError } from "../../errors/app-error.ts";
import type { MeterReport } from "../../ports/meter.ts";
import type { HandlersFor } from "../handler.ts";

export interface SystemParts {
  version: string;
  /** Throws when the stores do not answer. */
  ping: () => Promise<void>;
  /** The process is to end: nobody new should be sent here. */
  isLeaving: () => boolean;
  report: Pick<MeterReport, "contentType" | "text">;
}

export function systemHandlers({ version, ping, isLeaving, report }: SystemParts): HandlersFor<typeof SYSTEM_ROUTES> {
  const document = openApiDocument(version);
  return {
    openapi: () => ({ body: document }),
    live: () => ({ body: { status: "live" } }),
    ready: async () => {
      if (isLeaving()) throw new AppError("SHUTTING_DOWN", "this process is shutting down");
      await ping().catch((cause: unknown) => {
        throw new AppError("SHUTTING_DOWN", "the store does not answer", { cause });
      });
      return { body: { status: "ready" } };
    },
    metrics: async () => ({ body: await report.text(), contentType: report.contentType }),
  };
}
