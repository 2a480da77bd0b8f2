import { createContext, type ReactNode, useContext, useMemo, useRef } from "react";
import type { ServerView } from "../../../../../schemas/wire.ts";
import type { Live } from "../../../lib/live.ts";
import { type Approvals, useApprovals } from "./use-approvals.ts";

interface CardSurroundings {
  live: Live;
  conversationId: string;
  servers: readonly ServerView[];
  /** An answer is being made: nothing else can be begun. */
  isBusy: boolean;
  /** Goes on with an answer that a restart interrupted while it waited for a word. */
  onGoOn(messageId: string): void;
  onSignIn(server: string): void;
  onConfigure(server: string): void;
}

export interface CardWorld extends CardSurroundings {
  approvals: Approvals;
}

const World = createContext<CardWorld | null>(null);

interface CardWorldProviderProps extends CardSurroundings {
  children: ReactNode;
}

/** What all tool cards of one conversation share. A context, so that the messages between need not be drawn anew for it. */
export function CardWorldProvider({ children, ...surroundings }: CardWorldProviderProps) {
  const { live, conversationId, servers, isBusy } = surroundings;
  const approvals = useApprovals(live);
  const latest = useRef(surroundings);
  latest.current = surroundings;
  const world = useMemo(
    (): CardWorld => ({
      live,
      conversationId,
      servers,
      isBusy,
      approvals,
      onGoOn: (messageId) => latest.current.onGoOn(messageId),
      onSignIn: (server) => latest.current.onSignIn(server),
      onConfigure: (server) => latest.current.onConfigure(server),
    }),
    [live, conversationId, servers, isBusy, approvals],
  );
  return <World value={world}>{children}</World>;
}

export function useCardWorld(): CardWorld {
  const world = useContext(World);
  if (world === null) throw new Error("tool cards need a CardWorldProvider around them");
  return world;
}
