import { useEffect, useRef, useState } from "react";
import type { ConversationView } from "../../../../../schemas/chat-wire.ts";
import { asApiError } from "../../../lib/use-request.ts";
import { toastFailure } from "../../../ui/toast.ts";

interface PickedServersOptions {
  /** Null: a conversation that does not exist yet. */
  conversation: Pick<ConversationView, "id" | "servers"> | null;
  /** Whose pick for new conversations this browser remembers. */
  userId: string;
  /** Changes the conversation; resolves once `conversation` says so. */
  save(id: string, servers: readonly string[]): Promise<void>;
}

interface PickedServers {
  picked: readonly string[];
  pick(servers: readonly string[]): void;
}

/**
 * Which servers are picked: kept with each conversation by the platform, and for the next new one in this browser. A click
 * shows at once; clicks that follow it quickly are saved together.
 */
export function usePickedServers({ conversation, userId, save }: PickedServersOptions): PickedServers {
  const [fresh, setFresh] = useState(() => readPicked(userId));
  const [wanted, setWanted] = useState<{ id: string; servers: readonly string[] } | null>(null);
  const saving = useRef(false);
  const latest = useRef(wanted);
  latest.current = wanted;

  useEffect(() => {
    setFresh(readPicked(userId));
    const heard = ({ key }: StorageEvent) => {
      if (key === keyOf(userId)) setFresh(readPicked(userId));
    };
    window.addEventListener("storage", heard);
    return () => window.removeEventListener("storage", heard);
  }, [userId]);

  const settle = async () => {
    if (saving.current) return;
    saving.current = true;
    try {
      for (let next = latest.current; next !== null; next = latest.current === next ? null : latest.current)
        await save(next.id, next.servers);
    } catch (error) {
      toastFailure({ title: "The servers were not changed", about: "picked-servers", error: asApiError(error) });
    } finally {
      saving.current = false;
      latest.current = null;
      setWanted(null);
    }
  };

  return {
    picked: conversation === null ? fresh : wanted?.id === conversation.id ? wanted.servers : conversation.servers,
    pick(servers) {
      if (conversation === null) {
        keepPicked(userId, servers);
        return setFresh(servers);
      }
      latest.current = { id: conversation.id, servers };
      setWanted(latest.current);
      void settle();
    },
  };
}

const keyOf = (userId: string) => `patchbay:picked:${userId}`;

function readPicked(userId: string): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(userId)) ?? "[]");
    return Array.isArray(kept) ? kept.filter((name) => typeof name === "string").slice(0, 100) : [];
  } catch {
    return []; // a browser that keeps nothing, or something else under this name
  }
}

function keepPicked(userId: string, servers: readonly string[]): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(servers));
  } catch {
    // then it is remembered until the page is left
  }
}
