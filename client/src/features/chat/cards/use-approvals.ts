import { useCallback, useEffect, useRef, useState } from "react";
import type { ApprovalView } from "../../../../../schemas/wire-functions.ts";
import type { Live } from "../../../lib/live.ts";
import { useLiveEvent } from "../../../lib/use-live-event.ts";
import { listApprovals } from "./calls-api.ts";

export interface Approvals {
  /** Those that wait, by id. */
  waiting: ReadonlyMap<string, ApprovalView>;
  /** The list was fetched: what is not in it does not wait. */
  isKnown: boolean;
}

const NOTHING: Approvals = { waiting: new Map(), isKnown: false };
const AGAIN_MS = 3_000;

/** This person's calls that wait for a word, in whichever tab and conversation they were asked. */
export function useApprovals(live: Live): Approvals {
  const [approvals, setApprovals] = useState(NOTHING);
  const [turn, setTurn] = useState(0);
  /** What is told while the list is read, which is newer than it: an approval, or null for its end. Null when none is read. */
  const heard = useRef<Map<string, ApprovalView | null> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` is what asks again
  useEffect(() => {
    const abort = new AbortController();
    let retry: ReturnType<typeof setTimeout> | undefined;
    const news = new Map<string, ApprovalView | null>();
    heard.current = news;
    listApprovals(abort.signal).then(
      (list) => {
        heard.current = null;
        setApprovals({ waiting: withNews(list, news), isKnown: true });
      },
      () => {
        if (!abort.signal.aborted) retry = setTimeout(() => setTurn((before) => before + 1), AGAIN_MS);
      },
    );
    return () => {
      abort.abort();
      clearTimeout(retry);
    };
  }, [turn]);
  useLiveEvent(live, "approval", (approval) => {
    heard.current?.set(approval.id, approval);
    setApprovals((before) => ({ ...before, waiting: new Map(before.waiting).set(approval.id, approval) }));
  });
  useLiveEvent(live, "approvalEnded", ({ id }) => {
    heard.current?.set(id, null);
    setApprovals((before) => {
      const waiting = new Map(before.waiting);
      return waiting.delete(id) ? { ...before, waiting } : before;
    });
  });
  const again = useCallback(() => setTurn((before) => before + 1), []);
  useLiveEvent(live, "back", again);
  return approvals;
}

function withNews(
  list: readonly ApprovalView[],
  news: ReadonlyMap<string, ApprovalView | null>,
): ReadonlyMap<string, ApprovalView> {
  const waiting = new Map(list.map((each) => [each.id, each]));
  for (const [id, approval] of news) {
    if (approval === null) waiting.delete(id);
    else waiting.set(id, approval);
  }
  return waiting;
}
