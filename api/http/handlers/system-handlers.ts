import { type OpenApiOptions, openApiDocument } from "../../../schemas/openapi.ts";
import type { SYSTEM_ROUTES } from "../../../schemas/routes/system-routes.ts";
import { AppError } from "../../errors/app-error.ts";
import type { MeterReport } from "../../ports/meter.ts";
import type { Handler, HandlersFor } from "../handler.ts";

export interface SystemParts {
  version: string;
  /** Throws when the stores do not answer. */
  ping: () => Promise<void>;
  /** The process is to end: nobody new should be sent here. */
  isLeaving: () => boolean;
  report: Pick<MeterReport, "contentType" | "text">;
}

export function systemHandlers({ version, ping, isLeaving, report }: SystemParts): HandlersFor<typeof SYSTEM_ROUTES> {
  return {
    openapi: openApiHandler(version),
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

/** The document, and where what it describes is. */
export function openApiHandler(version: string, options: OpenApiOptions = {}): Handler<null> {
  const document = openApiDocument(version, options);
  return ({ baseUrl }) => ({ body: { ...document, servers: [{ url: baseUrl() }] } });
}
