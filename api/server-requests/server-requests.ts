import { randomUUID } from "node:crypto";
import { visitUrl } from "../../schemas/elicitation-visit.ts";
import type { ServerRequestView } from "../../schemas/wire-asks.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import { checkForm } from "./check-form.ts";
import { type SamplingGate, samplingGate } from "./sampling-gate.ts";

/** What a person says to a server's request. */
export type ServerRequestAnswer =
  | { readonly action: "decline" | "cancel" }
  /** `content` fills in a form; `result` are a model's words. */
  | { readonly action: "accept"; readonly content?: Record<string, unknown>; readonly result?: Record<string, unknown> };

export interface ServerRequests {
  /** Puts a server's request before a person. Resolves with the answer; nobody's answer is `cancel`. Never rejects. */
  ask(
    userId: string,
    request: Pick<ServerRequestView, "server" | "kind" | "params" | "terms" | "holdsCall">,
    signal: AbortSignal,
  ): Promise<ServerRequestAnswer>;
  /** Before a request for a model's words is put before anybody. Throws what `SamplingGate` throws. */
  admitSampling: SamplingGate["admit"];
  /** This person's open requests, oldest first. */
  list(userId: string): readonly ServerRequestView[];
  /** Throws REQUEST_UNKNOWN unless it is this person's own and open; REQUEST_INVALID leaves it open. */
  answer(userId: string, id: string, answer: ServerRequestAnswer): void;
  /** The server says that this page is done with: a call that was held for it goes on. Nothing when none is. */
  visitEnded(userId: string, visit: { server: string; elicitationId: string }): void;
  closeUser(userId: string): void;
  closeAll(): void;
}

export interface ServerRequestsOptions {
  clock: Clock;
  sink: Pick<EventSink, "serverSaid">;
  /** How long a person may take. @default 5 minutes */
  answerMs?: number;
  /** Requests of one person that may be open; what comes beyond is cancelled at once. @default 20 */
  maxPerUser?: number;
}

interface Open {
  readonly view: ServerRequestView;
  readonly end: (answer: ServerRequestAnswer, how: "answered" | "expired" | "withdrawn") => void;
}

const MAX_PARAMS_CHARS = 256 * 1024;
const NOBODY: ServerRequestAnswer = { action: "cancel" };

/** Requests of servers that wait for people, in memory: they end with the connection that brought them. */
export function serverRequests({ clock, sink, answerMs = 5 * 60_000, maxPerUser = 20 }: ServerRequestsOptions): ServerRequests {
  const byUser = new Map<string, Map<string, Open>>();

  const sampling = samplingGate({ clock });
  const withdraw = (userId: string) => {
    for (const open of [...(byUser.get(userId)?.values() ?? [])]) open.end(NOBODY, "withdrawn");
  };

  return {
    ask(userId, { server, kind, params, terms, holdsCall }, signal) {
      const requests = byUser.get(userId) ?? new Map<string, Open>();
      const isRefused =
        signal.aborted || requests.size >= maxPerUser || JSON.stringify(params).length > MAX_PARAMS_CHARS || leadsAstray(params);
      if (isRefused) return Promise.resolve(NOBODY);
      const createdAt = clock.now();
      const expiresAt = createdAt + answerMs;
      const view: ServerRequestView = { id: randomUUID(), server, kind, params, terms, holdsCall, createdAt, expiresAt };
      return new Promise((resolve) => {
        const end: Open["end"] = (answer, how) => {
          if (!requests.delete(view.id)) return;
          if (requests.size === 0) byUser.delete(userId);
          stopTimer();
          signal.removeEventListener("abort", withdrawn);
          sink.serverSaid(userId, "mcp:server-request-ended", { id: view.id, server, how });
          resolve(answer);
        };
        const withdrawn = () => end(NOBODY, "withdrawn");
        const stopTimer = clock.setTimer(answerMs, () => end(NOBODY, "expired"));
        signal.addEventListener("abort", withdrawn, { once: true });
        byUser.set(userId, requests.set(view.id, { view, end }));
        sink.serverSaid(userId, "mcp:server-request", view);
      });
    },
    list: (userId) => [...(byUser.get(userId)?.values() ?? [])].map(({ view }) => view),
    answer(userId, id, answer) {
      const open = byUser.get(userId)?.get(id);
      if (open === undefined) throw new AppError("REQUEST_UNKNOWN", "no request of yours with this id is open");
      open.end(answer.action === "accept" ? checked(open.view, answer) : answer, "answered");
    },
    admitSampling: sampling.admit,
    visitEnded(userId, { server, elicitationId }) {
      for (const { view, end } of [...(byUser.get(userId)?.values() ?? [])])
        if (view.holdsCall && view.server === server && view.params.elicitationId === elicitationId)
          end({ action: "accept" }, "answered");
    },
    closeUser(userId) {
      withdraw(userId);
      sampling.forgetUser(userId);
    },
    closeAll() {
      for (const userId of [...byUser.keys()]) withdraw(userId);
    },
  };
}

/** Only pages of the web may be opened for a server: anything else runs something on the person's machine. */
function leadsAstray({ mode, url }: Readonly<Record<string, unknown>>): boolean {
  return mode === "url" && visitUrl(url) === null;
}

function checked({ kind, params }: ServerRequestView, answer: Extract<ServerRequestAnswer, { action: "accept" }>) {
  if (kind === "sampling") {
    if (!isWords(answer.result)) throw invalid("/result", "an answer of `role` assistant, with `model` and `content`");
    return { action: "accept", result: answer.result } as const;
  }
  if (params.mode === "url") return { action: "accept" } as const;
  return { action: "accept", content: checkForm(params.requestedSchema, answer.content ?? {}) } as const;
}

/** The least a CreateMessageResult has; what is in it is the person's word. */
function isWords(result: Readonly<Record<string, unknown>> | undefined): boolean {
  if (result?.role !== "assistant" || typeof result.model !== "string") return false;
  const { content } = result;
  if (typeof content !== "object" || content === null) return false;
  const { type, text, data } = content as { type?: unknown; text?: unknown; data?: unknown };
  return type === "text" ? typeof text === "string" : typeof data === "string";
}

function invalid(path: string, expected: string): AppError {
  return new AppError("REQUEST_INVALID", `${path} is missing`, { details: [{ path, expected }] });
}
