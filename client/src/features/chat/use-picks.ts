import { useMemo, useState } from "react";
import type { ConversationView, ModelChoice } from "../../../../schemas/chat-wire.ts";
import type { ServerView } from "../../../../schemas/wire.ts";
import { asApiError } from "../../lib/use-request.ts";
import { toastFailure } from "../../ui/toast.ts";
import { changeConversation } from "./chat-api.ts";

/** What is picked under the input. */
export interface Picks {
  servers: readonly string[];
  /** Null: the default. */
  model: ModelChoice | null;
}

export interface PicksInUse extends Picks {
  pickServers(servers: readonly string[]): void;
  pickModel(model: ModelChoice): void;
}

interface PicksOptions {
  /** Null: one that does not exist yet. */
  conversation: ConversationView | null;
  /** Whose, for those of a new one. */
  userId: string;
  /** Servers there are: a new conversation begins with no other. */
  servers: readonly ServerView[];
  onChanged(changed: ConversationView): void;
}

const keyOf = (userId: string) => `patchbay:chat-picks:${userId}`;

/** A conversation has picks of its own; those made last are what a new one begins with, in this browser. */
export function usePicks({ conversation, userId, servers: known, onChanged }: PicksOptions): PicksInUse {
  const [forNew, setForNew] = useState(() => keptPicks(userId));
  const saves = useMemo(inOrder, []);
  const pick = (more: Partial<Picks>) => {
    const next = { ...forNew, ...more };
    setForNew(next);
    keepPicks(userId, next);
    if (conversation === null) return;
    onChanged({ ...conversation, ...more });
    const saved = saves.add(() => changeConversation(conversation.id, more));
    saved.then(
      ({ value, isLast }) => {
        if (isLast) onChanged(value);
      },
      (error: unknown) => {
        onChanged(conversation);
        toastFailure({ about: "picks", title: "That was not kept", error: asApiError(error) });
      },
    );
  };
  const { servers, model } = conversation ?? { ...forNew, servers: forNew.servers.filter((name) => isForChat(known, name)) };
  return { servers, model, pickServers: (next) => pick({ servers: next }), pickModel: (next) => pick({ model: next }) };
}

function isForChat(servers: readonly ServerView[], name: string): boolean {
  return servers.some((server) => server.name === name && server.chatMenu);
}

/** Quick clicks arrive as they were made; what an earlier one answers is stale when another follows. */
function inOrder() {
  let last: Promise<unknown> = Promise.resolve();
  return {
    add<T>(save: () => Promise<T>): Promise<{ value: T; isLast: boolean }> {
      const saved = last.then(save, save);
      last = saved;
      return saved.then((value) => ({ value, isLast: last === saved }));
    },
  };
}

function keptPicks(userId: string): Picks {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(userId)) ?? "{}");
    const { servers, model } = kept as Partial<Record<keyof Picks, unknown>>;
    return {
      servers: Array.isArray(servers) ? servers.filter((each): each is string => typeof each === "string") : [],
      model: isChoice(model) ? model : null,
    };
  } catch {
    return { servers: [], model: null };
  }
}

function isChoice(value: unknown): value is ModelChoice {
  const { endpoint, model } = (value ?? {}) as Partial<Record<keyof ModelChoice, unknown>>;
  return typeof endpoint === "string" && typeof model === "string";
}

function keepPicks(userId: string, picks: Picks): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(picks));
  } catch {
    // A browser that keeps nothing still chats.
  }
}
