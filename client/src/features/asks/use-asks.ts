import { useEffect, useReducer, useRef } from "react";
import type { ServerRequestView } from "../../../../schemas/wire-asks.ts";
import { ApiError } from "../../lib/api-client.ts";
import type { Live } from "../../lib/live.ts";
import { useLiveEvent } from "../../lib/use-live-event.ts";
import { type AskQueue, askQueue, NO_ASKS } from "./ask-queue.ts";
import { type AskAnswer, answerAsk, listAsks } from "./asks-api.ts";

/** What servers ask this person, in every tab of theirs. */
export interface Asks {
  queue: AskQueue;
  /** Null: the oldest. */
  open(id: string | null): void;
  /** Puts the dialog away; everything stays open, with what was typed. */
  later(): void;
  /** Rejects with ApiError when it was not taken; then it is still open. */
  answer(request: ServerRequestView, answer: AskAnswer): Promise<void>;
  /** When this tab answered last, in milliseconds of its own clock. */
  answeredAt: { readonly current: number };
  /** What was typed so far, by request. */
  drafts: Map<string, unknown>;
}

export interface AsksOptions {
  live: Live;
  /** The page a server had sent this person to is done with. */
  onVisitEnded(server: string): void;
}

export function useAsks({ live, onVisitEnded }: AsksOptions): Asks {
  const [queue, tell] = useReducer(askQueue, NO_ASKS);
  const drafts = useRef(new Map<string, unknown>()).current;
  const answeredAt = useRef(Number.NEGATIVE_INFINITY);
  const latest = useRef(queue);
  latest.current = queue;

  const load = useRef((signal: AbortSignal) => {
    const knownBefore = latest.current.requests.map(({ id }) => id);
    // A list that could not be had comes with the next "back"; what is asked from now on comes by itself.
    listAsks(signal).then(
      (requests) => tell({ type: "loaded", requests, knownBefore }),
      () => undefined,
    );
  }).current;
  const loading = useRef(new AbortController());
  const reload = () => {
    loading.current.abort();
    loading.current = new AbortController();
    load(loading.current.signal);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; later on by what the line says
  useEffect(() => {
    reload();
    return () => loading.current.abort();
  }, []);
  useLiveEvent(live, "back", reload);
  useLiveEvent(live, "serverRequest", (request) => tell({ type: "asked", request }));
  useLiveEvent(live, "serverRequestEnded", ({ id, how }) => {
    if (!latest.current.answering.has(id)) drafts.delete(id);
    tell({ type: "ended", id, how });
  });
  useLiveEvent(live, "visitEnded", ({ server, elicitationId }) => {
    const { visiting, requests } = latest.current;
    const isIt = (request: ServerRequestView) => request.server === server && request.params.elicitationId === elicitationId;
    const held = requests.find((request) => request.holdsCall && isIt(request));
    if (held !== undefined) tell({ type: "answered", id: held.id, visits: false });
    else if (visiting !== null && isIt(visiting)) tell({ type: "visitEnded" });
    else return;
    onVisitEnded(server);
  });

  return {
    queue,
    drafts,
    answeredAt,
    open: (id) => tell({ type: "show", id }),
    later: () => tell({ type: "close" }),
    async answer({ id, params, holdsCall }, answer) {
      tell({ type: "answering", id });
      try {
        await answerAsk(id, answer);
      } catch (error) {
        const isGone = error instanceof ApiError && error.code === "REQUEST_UNKNOWN";
        tell(isGone ? { type: "ended", id, how: "gone" } : { type: "notAnswered", id });
        if (!isGone) throw error;
        return;
      }
      drafts.delete(id);
      answeredAt.current = performance.now();
      tell({ type: "answered", id, visits: answer.action === "accept" && params.mode === "url" && !holdsCall });
    },
  };
}
