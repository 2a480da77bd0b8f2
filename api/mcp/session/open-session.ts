import type { Clock } from "../../ports/clock.ts";
import { abortSignalOf } from "../../stop-signal.ts";
import { type Deadline, orAborted, startDeadline } from "../deadline.ts";
import type { KnownEra } from "../era-verdicts.ts";
import { guardedTransport, type Refused } from "../guards/guarded-transport.ts";
import type { OutputChecks } from "../output/output-checks.ts";
import { sessionOutputs } from "../output/session-outputs.ts";
import { Client, type JsonSchemaValidatorResult, type jsonSchemaValidator } from "../sdk.ts";
import { type Asking, type ConnectAttempt, connectClient, type GuardedOpened } from "./connect-client.ts";
import { type ForeignErrorContext, fromMcpError } from "./from-mcp-error.ts";
import type { OpenedTransport } from "./open-transport.ts";
import { runningWork, SDK_TIMEOUT_MS } from "./running-work.ts";
import { answerServer, capabilitiesOf, hearServer } from "./server-requests.ts";
import { liveSession, type McpSession } from "./session.ts";
import type { SessionHost } from "./session-host.ts";
import { sessionTools } from "./session-tools.ts";
import { sessionWarnings, withHint } from "./session-warnings.ts";
import { sessionWishes, type Wishes } from "./wishes.ts";

export interface SessionOptions {
  /** A fresh transport. Called a second time when the server turns out to speak another protocol. */
  open: () => OpenedTransport;
  host: SessionHost;
  /** Holds what tools answer against what they promise. */
  checks: Pick<OutputChecks, "check">;
  era: KnownEra;
  clock: Clock;
  /** For the whole of connect, initialize and the first list of tools. */
  initTimeoutMs: number;
  signal: AbortSignal;
  clientInfo: { name: string; version: string };
  /** Warnings for the log: tools left out, stray errors. */
  warn: (message: string) => void;
  /** Counts what the server said and nobody heard. */
  refused?: (why: Refused) => void;
}

const END_SESSION_MS = 2_000;
const PROBE_TIMEOUT_MS = 5_000;
/** A list of tools that takes longer than this is cut, so that the rest of the server can be used. */
const MAX_LIST_MS = 15_000;

/** Takes everything: output is checked by us, and no schema of a stranger is compiled on the event loop. */
const noValidation: jsonSchemaValidator = {
  getValidator<T>() {
    return (input: unknown): JsonSchemaValidatorResult<T> => ({ valid: true, data: input as T, errorMessage: undefined });
  },
};

/** Starts the transport, finds the protocol and lists the tools. Throws AppError; then nothing is left running. */
export async function openSession(options: SessionOptions): Promise<McpSession> {
  const { open, host, era, clock, initTimeoutMs, signal, clientInfo, warn } = options;
  let current: GuardedOpened | undefined;
  const foreign = (phase: ForeignErrorContext["phase"]): ForeignErrorContext => ({
    phase,
    programEnd: current?.program?.end,
    ...current?.context(),
  });
  const work = runningWork(clock, () => foreign("call"));
  const newClient = (asking: Asking) => {
    const client = new Client(clientInfo, {
      capabilities: capabilitiesOf(host),
      jsonSchemaValidator: noValidation,
      versionNegotiation: { mode: asking, probe: { timeoutMs: PROBE_TIMEOUT_MS } },
    });
    answerServer(client, host, work);
    hearServer(client, host);
    return client;
  };
  // Not awaited: a program that clings to life must not hold up the answer. Its ladder ends it.
  const discard = (attempt: ConnectAttempt) =>
    void closeAttempt(attempt).then(() => attempt.opened.transport.close().catch(() => {}));

  const deadline = startDeadline({ clock, timeoutMs: initTimeoutMs, code: "CONNECT_TIMEOUT", signal });
  const request = { signal: abortSignalOf(deadline.signal), timeout: SDK_TIMEOUT_MS };
  const warnings = sessionWarnings();
  const guard = {
    clock,
    refused: refusals(options),
    noisy: (warning: string | null) => warnings.set("NOISY", warning),
  };
  const openCurrent = () => {
    const opened = open();
    opened.heads?.onHint((hint) => warnings.set("ANSWERS_HELD_BACK", hint));
    current = { ...opened, transport: guardedTransport(opened.transport, guard) };
    return current;
  };
  let attempt: ConnectAttempt | undefined;
  try {
    const connected = await inTime(connectClient({ open: openCurrent, newClient, discard, era, request }), deadline, discard);
    attempt = connected;
    const { client, opened } = connected;
    const mirrorsHeaders =
      (opened.negotiation === "auto" || opened.negotiation === "modern") && client.getProtocolEra() === "modern";
    const tools = sessionTools({ client, audience: host.audience, clock, work, warnings, warn });
    const maxMs = Math.min(MAX_LIST_MS, initTimeoutMs / 2);
    await orAborted(tools.load({ signal: request.signal, mirrorsHeaders, maxMs }), deadline.signal);
    const wishes = sessionWishes({ client, audience: host.audience, work, clock, warn });
    await orAborted(begin(wishes, host, initTimeoutMs, warn), deadline.signal);
    const closeClient = () => closeAttempt(connected);
    const { program } = opened;
    const { plain } = opened.transport;
    const silentForMs = () => opened.heads?.silentForMs() ?? 0;
    const outputs = sessionOutputs({ checks: options.checks, warn });
    const parts = { client, plain, clock, tools, warnings, silentForMs, work, outputs, host, wishes, foreign, program };
    return liveSession({ ...parts, closeClient, warn });
  } catch (error) {
    if (attempt !== undefined) discard(attempt);
    else if (deadline.signal.aborted) void current?.transport.close().catch(() => {});
    const why = fromMcpError(deadline.signal.aborted ? deadline.signal.reason : error, foreign("connect"));
    throw withHint(why, warnings.get("ANSWERS_HELD_BACK"));
  } finally {
    deadline.clear();
  }
}

/** A function of its own, so that what a session keeps for its whole life does not keep the deadline of its beginning. */
function inTime(connecting: Promise<ConnectAttempt>, { signal }: Deadline, discard: (attempt: ConnectAttempt) => void) {
  // One that comes too late must not stay.
  connecting.then((late) => signal.aborted && discard(late)).catch(() => {});
  return orAborted(connecting, signal);
}

/** Nothing here is worth losing the session for. */
async function begin(wishes: Wishes, host: SessionHost, timeoutMs: number, warn: (message: string) => void): Promise<void> {
  const { logLevel, resources } = host.wishes;
  const orWarn = (what: string) => (error: Error) => warn(`${what}: ${error.message}`);
  if (logLevel !== null) await wishes.setLogLevel(logLevel, { timeoutMs }).catch(orWarn("the log level could not be set again"));
  const isWatching =
    resources.size > 0 &&
    (await wishes.watch(resources, { timeoutMs }).then(() => true, orWarn("resources could not be watched again")));
  if (isWatching !== true) await wishes.start().catch(orWarn("the stream of notifications could not be opened"));
}

const REFUSED_WORDS: Readonly<Record<Refused, string>> = {
  stray: "answers to nothing that was asked",
  malformed: "messages that are not JSON-RPC",
  not_json: "text to stdout that is no message; a program's stdout is for MCP alone, what is for people belongs to stderr",
  too_deep: "messages that are nested too deep",
  over_rate: "more messages than are read",
};

/** Counts each; says it the first time, and again at every tenfold. */
function refusals({ warn, refused = () => {} }: Pick<SessionOptions, "warn" | "refused">): (why: Refused) => void {
  let counts: Partial<Record<Refused, number>> = {};
  return (why) => {
    refused(why);
    const count = (counts[why] ?? 0) + 1;
    counts = { ...counts, [why]: count };
    if (/^10*$/.test(String(count))) warn(`the server sent ${REFUSED_WORDS[why]} (${count} so far)`);
  };
}

async function closeAttempt({ client, opened: { transport } }: ConnectAttempt): Promise<void> {
  await Promise.race([
    transport.endSession?.().catch(() => {}),
    new Promise((resolve) => setTimeout(resolve, END_SESSION_MS).unref()),
  ]);
  await client.close().catch(() => {});
}
