import type { ServerRequestView } from "../../../../schemas/wire-asks.ts";

/** How a request ended that this tab did not answer. `gone`: it is not there any more, nobody told why. */
export type EndedHow = "answered" | "expired" | "withdrawn" | "gone";

export interface AskQueue {
  /** Oldest first. */
  requests: readonly ServerRequestView[];
  /** The one in the dialog. */
  shown: string | null;
  /** What was in the dialog and ended elsewhere: said before it goes. */
  ended: { request: ServerRequestView; how: EndedHow } | null;
  /** A page this tab was sent to, until the server says that it is done there. */
  visiting: ServerRequestView | null;
  /** Answered by this tab, the server's word is not here yet. */
  answering: ReadonlySet<string>;
  /** Never come back, in whichever order news arrive. */
  over: ReadonlySet<string>;
}

export type AskEvent =
  | { type: "loaded"; requests: readonly ServerRequestView[]; knownBefore: readonly string[] }
  | { type: "asked"; request: ServerRequestView }
  | { type: "ended"; id: string; how: EndedHow }
  | { type: "answering"; id: string }
  | { type: "answered"; id: string; visits: boolean }
  | { type: "notAnswered"; id: string }
  | { type: "show"; id: string | null }
  /** Nothing in the dialog any more; what is open stays so. */
  | { type: "close" }
  | { type: "visitEnded" };

export const NO_ASKS: AskQueue = {
  requests: [],
  shown: null,
  ended: null,
  visiting: null,
  answering: new Set(),
  over: new Set(),
};

/** Pure: what waits for an answer, after this. */
export function askQueue(queue: AskQueue, event: AskEvent): AskQueue {
  switch (event.type) {
    case "loaded":
      return loaded(queue, event);
    case "asked": {
      const isKnown = queue.over.has(event.request.id) || queue.requests.some(({ id }) => id === event.request.id);
      return isKnown ? queue : { ...queue, requests: [...queue.requests, event.request] };
    }
    case "ended":
      return ended(queue, event.id, event.how);
    case "answering":
      return { ...queue, answering: plus(queue.answering, event.id) };
    case "answered": {
      const request = queue.requests.find(({ id }) => id === event.id);
      const rest = without(queue, event.id);
      if (event.visits) return { ...rest, shown: null, visiting: request ?? queue.visiting };
      return { ...rest, shown: queue.shown === event.id || queue.shown === null ? (rest.requests[0]?.id ?? null) : queue.shown };
    }
    case "notAnswered":
      return { ...queue, answering: new Set([...queue.answering].filter((id) => id !== event.id)) };
    case "show":
      return { ...queue, shown: event.id ?? queue.requests[0]?.id ?? null, ended: null, visiting: null };
    case "close":
      return { ...queue, shown: null, ended: null, visiting: null };
    case "visitEnded":
      return { ...queue, visiting: null };
  }
}

/** The list is as old as its request: what came since is kept, what ended since does not return. */
function loaded(queue: AskQueue, { requests, knownBefore }: Extract<AskEvent, { type: "loaded" }>): AskQueue {
  const isThere = new Set(requests.map(({ id }) => id));
  const gone = queue.requests.filter(({ id }) => !isThere.has(id) && knownBefore.includes(id));
  const after = gone.reduce((all, { id }) => ended(all, id, "gone"), queue);
  const known = new Set([...after.over, ...after.requests.map(({ id }) => id)]);
  const fresh = requests.filter(({ id }) => !known.has(id));
  return { ...after, requests: [...fresh, ...after.requests].sort((a, b) => a.createdAt - b.createdAt) };
}

function ended(queue: AskQueue, id: string, how: EndedHow): AskQueue {
  const request = queue.requests.find((each) => each.id === id);
  // Its own answer: the request that carries it says what became of it.
  if (queue.answering.has(id) && how !== "gone") return { ...queue, over: plus(queue.over, id) };
  const rest = without(queue, id);
  if (queue.shown !== id || request === undefined) return rest;
  return { ...rest, shown: null, ended: { request, how } };
}

function without(queue: AskQueue, id: string): AskQueue {
  return {
    ...queue,
    requests: queue.requests.filter((each) => each.id !== id),
    answering: new Set([...queue.answering].filter((each) => each !== id)),
    over: plus(queue.over, id),
  };
}

function plus(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  return new Set([...ids, id]);
}
