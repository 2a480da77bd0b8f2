import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import { isRecord } from "../anything.ts";
import { inFlight } from "../in-flight.ts";
import { answerInvalid, isFarewell, isOwnAnswer, NotJson, NotJsonRpc, ownAnswer } from "../own-answer.ts";
import { type PlainRequests, plainRequests } from "../plain-requests.ts";
import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from "../sdk.ts";
import { answerProblem } from "./answer-problem.ts";
import { membersOf } from "./batch.ts";
import { tidiedWithin } from "./json-walk.ts";
import { type MessageBudget, messageBudget, type Said } from "./message-budget.ts";

/** Why something a server said went no further. */
export type Refused =
  /** An answer to nothing that is open: never asked, answered already, or given up. */
  | "stray"
  /** No JSON, or no JSON-RPC. */
  | "malformed"
  /** A program's text between its messages: a banner, a line meant for a log. */
  | "not_json"
  /** Nested too deep. */
  | "too_deep"
  /** More than is read. */
  | "over_rate";

export interface GuardOptions {
  clock: Clock;
  /** Called for each. */
  refused: (why: Refused) => void;
  /** It says more than is read; null when it has been quiet for a while. */
  noisy: (warning: string | null) => void;
}

export type GuardableTransport = Transport & {
  /** Stops listening for one answer. */
  abandon?(id: string | number): void;
  /** It has its answer: what still runs for it is ended soon. */
  answered?(id: string | number): void;
  /** To be asked about what came before it is looked at closely: false when it is one of too many. Set by the guard. */
  admits?: (text: string) => boolean;
  /** Ends the server's side of the session where the protocol has one. */
  endSession?(): Promise<void>;
};

export interface GuardedTransport extends GuardableTransport {
  /** Requests beside the SDK's own, with the same guard. */
  readonly plain: PlainRequests;
}

const MAX_DEPTH = 64;
const MAX_ERROR_CHARS = 2_000;
const QUIET_AFTER_MS = 60_000;
const NOISY = "the server sends more messages than are read; some of them are dropped";

type Id = string | number;

const guarded = new WeakSet<object>();

/**
 * Stands between a transport and the SDK: what is not an answer to an open request, not fit to be looked at, or more than
 * a server may say, ends here and is counted. When the transport closes, open requests learn why. Throws TypeError for a
 * transport that has a guard: two clients on one would get each other's answers.
 */
export function guardedTransport(inner: GuardableTransport, { clock, refused, noisy }: GuardOptions): GuardedTransport {
  if (guarded.has(inner)) throw new TypeError("a transport was about to be shared");
  guarded.add(inner);
  /** Our requests without an answer, with their methods. */
  const open = inFlight<Id, string>();
  let tooLarge: AppError | null = null;
  let isClosed = false;
  let droppedAt: number | null = null;
  let stopQuiet = () => {};

  const plain = plainRequests({
    ask(message, failed) {
      open.set(message.id, message.method);
      inner.send(message).catch((error: unknown) => {
        open.take(message.id);
        failed(error);
      });
    },
    // Whoever is gone need not be told.
    tell: (message) => void outer.send(message).catch(() => {}),
  });
  const onward = (message: JSONRPCMessage) => {
    if (!plain.answered(message)) outer.onmessage?.(message);
  };
  /** Most servers say nothing by themselves. */
  let budget: MessageBudget | null = null;
  const budgetNow = () => {
    budget ??= messageBudget({ clock, deliver: onward });
    return budget;
  };

  const dropped = () => {
    refused("over_rate");
    const isNew = droppedAt === null;
    droppedAt = clock.steady();
    if (!isNew) return;
    noisy(NOISY);
    const look = () => {
      const quietMs = clock.steady() - (droppedAt ?? 0);
      if (quietMs < QUIET_AFTER_MS) stopQuiet = clock.setTimer(QUIET_AFTER_MS - quietMs, look);
      else {
        droppedAt = null;
        noisy(null);
      }
    };
    stopQuiet = clock.setTimer(QUIET_AFTER_MS, look);
  };

  /** The key of the open request an answer is for; some servers send numbers back as text. */
  const openId = (id: unknown): Id | null => {
    if ((typeof id === "string" || typeof id === "number") && open.has(id)) return id;
    const asNumber = typeof id === "string" && /^\d{1,15}$/.test(id) ? Number(id) : null;
    return asNumber !== null && open.has(asNumber) ? asNumber : null;
  };

  const hear = (message: Said) => {
    if (!tidiedWithin(message.params, MAX_DEPTH)) return refused("too_deep");
    const { method, params = {} } = message;
    const progressOf = method === "notifications/progress" ? openId(params.progressToken) : null;
    if (method === "notifications/progress" && progressOf === null) return refused("stray");
    if (!budgetNow().admits(message)) return dropped();
    if (progressOf === null || !plain.progressed(progressOf, params)) onward(message as JSONRPCMessage);
  };

  const receive = (message: JSONRPCMessage) => {
    if ("method" in message) return hear(message as Said);
    const id = openId(message.id);
    const method = id === null ? undefined : open.get(id);
    if (id === null || method === undefined) return isFarewell(message) ? undefined : refused("stray");
    open.take(id);
    inner.answered?.(id);
    if (isOwnAnswer(message)) return onward(message);
    if ("error" in message) {
      const { code, message: words, data } = message.error;
      const isTidy = tidiedWithin(data, MAX_DEPTH);
      // It is an answer all the same: whoever waits for one must not wait for another.
      if (!isTidy) refused("too_deep");
      const error = { code, message: words.slice(0, MAX_ERROR_CHARS), ...(isTidy ? { data } : {}) };
      return onward({ ...message, id, error });
    }
    const problem = answerProblem(method, message.result, MAX_DEPTH);
    if (problem !== null) onward(ownAnswer(id, problem));
    else onward(message.id === id ? message : { ...message, id });
  };

  /** Something came that is no message. When it is clear what it was meant to answer, nobody waits for more. */
  const broken = (value: unknown) => {
    refused("malformed");
    const id = isRecord(value) && value.method === undefined ? openId(value.id) : null;
    if (id === null || open.take(id) === undefined) return;
    inner.answered?.(id);
    onward(ownAnswer(id, answerInvalid()));
  };

  /** What a transport does not take for a message may be several. */
  const receiveAny = (value: unknown) => {
    for (const each of membersOf(value) ?? [value]) {
      let message: JSONRPCMessage;
      try {
        message = parseJSONRPCMessage(each);
      } catch {
        broken(each);
        continue;
      }
      receive(message);
    }
  };

  /** Cheap, for floods: most of what is over the rate is not worth the parsers behind. */
  const admits = (text: string): boolean => {
    if (budgetNow().hasRoom() || !text.includes('"method":"notifications/')) return true;
    const message = notificationIn(text);
    if (message === null) return true;
    budgetNow().admits(message);
    dropped();
    return false;
  };

  const outer: GuardedTransport = {
    plain,
    async start() {
      inner.admits = admits;
      inner.onmessage = receive;
      inner.onerror = (error) => {
        if (error instanceof NotJsonRpc) return receiveAny(error.value);
        if (error instanceof NotJson) return refused("not_json");
        if (error.name === "ZodError" || error instanceof SyntaxError) return refused("malformed");
        if (error.name === "AbortError") return;
        if (error instanceof AppError && error.code === "RESULT_TOO_LARGE") tooLarge = error;
        outer.onerror?.(error);
      };
      inner.onclose = () => {
        if (isClosed) return;
        isClosed = true;
        budget?.close();
        stopQuiet();
        // Of an answer that was too large is known what became of it; of everything else the SDK says that it is not.
        const why = tooLarge;
        if (why !== null) for (const id of open.keys()) onward(ownAnswer(id, why));
        open.clear();
        outer.onclose?.();
        plain.end();
      };
      await inner.start();
    },
    send(message, options) {
      const id = "method" in message && "id" in message ? message.id : undefined;
      if (id !== undefined && "method" in message) {
        open.set(id, message.method);
        options?.requestSignal?.addEventListener("abort", () => open.take(id), { once: true });
      }
      const given = "method" in message && message.method === "notifications/cancelled" ? message.params?.requestId : undefined;
      if (typeof given === "string" || typeof given === "number") {
        open.take(given);
        inner.abandon?.(given);
      }
      const sent = inner.send(message, options);
      if (id === undefined) return sent;
      return sent.catch((error: unknown) => {
        open.take(id);
        throw error;
      });
    },
    close: () => inner.close(),
    endSession: async () => inner.endSession?.(),
    hasPerRequestStream: inner.hasPerRequestStream,
    setProtocolVersion: (version) => inner.setProtocolVersion?.(version),
  };
  return outer;
}

/** A notification in a line, or in an event of a stream. */
function notificationIn(text: string): Said | null {
  try {
    const value: unknown = JSON.parse(text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1));
    return isRecord(value) && typeof value.method === "string" && value.id === undefined ? (value as unknown as Said) : null;
  } catch {
    return null;
  }
}
