import { LOG_LEVELS } from "../../../schemas/wire.ts";
import { AppError } from "../../errors/app-error.ts";
import type { StopSignal } from "../../stop-signal.ts";
import { isRecord } from "../anything.ts";
import { type Client, type ClientCapabilities, ProtocolError, ProtocolErrorCode, SdkError, SdkErrorCode } from "../sdk.ts";
import type { RunningWork } from "./running-work.ts";
import type { SessionHost } from "./session-host.ts";

/** What we tell servers we can do: nothing that nobody answers. */
export function capabilitiesOf({ sampling }: SessionHost): ClientCapabilities {
  return {
    elicitation: { form: { applyDefaults: true }, url: {} },
    ...(sampling ? { sampling: {} } : {}),
  };
}

/** Answers what a server asks. To be set up before the client connects. */
export function answerServer(client: Client, host: SessionHost, work: Pick<RunningWork, "paused">): void {
  // Roots are among what was not offered: there is no folder of a person's here.
  client.fallbackRequestHandler = async ({ method }) => {
    host.notOffered(method);
    throw new ProtocolError(ProtocolErrorCode.MethodNotFound, "Method not found");
  };
  client.setRequestHandler("elicitation/create", ({ params }, { mcpReq }) =>
    work.paused(mcpReq.signal, async (signal) => {
      const { action, content } = await host.ask("elicitation", params, signal);
      if (action !== "accept") return { action: action === "decline" ? "decline" : "cancel" };
      return { action, content: isRecord(content) ? (content as Record<string, string>) : undefined };
    }),
  );
  if (!host.sampling) return;
  client.setRequestHandler("sampling/createMessage", ({ params }, { mcpReq }) =>
    // The SDK checks the answer against the protocol's schema.
    work.paused(mcpReq.signal, async (signal) => (await host.ask("sampling", params, signal).catch(refuseWords)) as never),
  );
}

/** MCP, sampling, error handling: the person said no, or nothing. */
const REJECTED = -1;

function refuseWords(error: unknown): never {
  if (!(error instanceof AppError)) throw error;
  const { InvalidParams, InternalError } = ProtocolErrorCode;
  const isMalformed = error.code === "REQUEST_INVALID" || error.code === "REQUEST_TOO_LARGE";
  const code = error.code === "CALL_CANCELLED" ? REJECTED : isMalformed ? InvalidParams : InternalError;
  throw new ProtocolError(code, error.message);
}

const MAX_URI_CHARS = 8 * 1024;
const MAX_ID_CHARS = 256;

/** Passes on what a server says by itself. */
export function hearServer(client: Client, host: SessionHost): void {
  client.setNotificationHandler("notifications/prompts/list_changed", () => host.listChanged("prompts"));
  client.setNotificationHandler("notifications/resources/list_changed", () => host.listChanged("resources"));
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
    if (params.uri.length <= MAX_URI_CHARS) host.resourceChanged(params.uri);
  });
  client.setNotificationHandler("notifications/elicitation/complete", ({ params }) => {
    if (params.elicitationId.length <= MAX_ID_CHARS) host.visitEnded(params.elicitationId);
  });
  client.setNotificationHandler("notifications/message", ({ params }) => {
    const level = LOG_LEVELS.find((each) => each === params.level) ?? "info";
    host.logged({ level, logger: params.logger?.slice(0, MAX_ID_CHARS) ?? null, data: params.data });
  });
}

/** MCP 2025-11-25: the call needs a visit to a page first; the error names it. */
const VISIT_REQUIRED = -32042;
const MAX_VISITS = 5;

/**
 * Asks the person for the visits that a call was refused for. Throws the error again for any other, and when they will not
 * go. In the modern era questions come as the answer to a call: one that was not offered ends it, and is counted here.
 */
export async function visitsFor(
  error: unknown,
  { host, work, signal }: { host: SessionHost; work: Pick<RunningWork, "paused">; signal: StopSignal },
): Promise<void> {
  const unoffered = unofferedIn(error);
  if (unoffered !== null) {
    host.notOffered(unoffered);
    const words = `instead of an answer the server asked for ${unoffered}, which it was not offered`;
    throw new AppError("SERVER_ERROR", words, { cause: error });
  }
  if (!(error instanceof ProtocolError) || error.code !== VISIT_REQUIRED || !isRecord(error.data)) throw error;
  const { elicitations } = error.data;
  const visits = Array.isArray(elicitations) ? elicitations.filter(isRecord).slice(0, MAX_VISITS) : [];
  for (const visit of visits) {
    const params = { ...visit, mode: "url" };
    const { action } = await work.paused(signal, (until) => host.ask("visit", params, until));
    if (action !== "accept") throw error;
  }
}

function unofferedIn(error: unknown): string | null {
  if (!(error instanceof SdkError) || error.code !== SdkErrorCode.CapabilityNotSupported || !isRecord(error.data)) return null;
  const { method } = error.data;
  return typeof method === "string" ? method : null;
}
