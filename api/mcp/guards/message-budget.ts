import type { Clock } from "../../ports/clock.ts";
import { inFlight } from "../in-flight.ts";
import type { JSONRPCMessage } from "../sdk.ts";

export interface MessageBudgetOptions {
  clock: Clock;
  /** Hands on a piece of news that had to wait. */
  deliver: (message: JSONRPCMessage) => void;
}

/** How much a server may say by itself. */
export interface MessageBudget {
  /** May this be handed on now? Of news that says "look again" the last is kept, and delivered when there is room. */
  admits(message: Said): boolean;
  /** Is there room for one more notification? */
  hasRoom(): boolean;
  close(): void;
}

/** A notification, or a request when it has an id. */
export interface Said {
  jsonrpc: "2.0";
  method: string;
  id?: string | number;
  params?: Record<string, unknown>;
}

const NOTIFICATIONS = { burst: 300, perSecond: 100 };
const REQUESTS = { burst: 100, perSecond: 20 };
const OWED_PAUSE_MS = 1_000;
const MAX_OWED = 200;

export function messageBudget({ clock, deliver }: MessageBudgetOptions): MessageBudget {
  const notifications = bucket(clock, NOTIFICATIONS);
  const requests = bucket(clock, REQUESTS);
  const owed = inFlight<string, Said>();
  let stopTimer = () => {};

  const owe = (key: string, message: Said) => {
    if (owed.size >= MAX_OWED && !owed.has(key)) return;
    owed.set(key, message);
    if (owed.size > 1) return;
    stopTimer = clock.setTimer(OWED_PAUSE_MS, () => {
      const due = owed.values();
      owed.clear();
      for (const each of due) deliver(each as JSONRPCMessage);
    });
  };

  return {
    admits(message) {
      if (message.id !== undefined) return requests.take();
      if (notifications.take()) return true;
      const key = newsKey(message);
      if (key !== null) owe(key, message);
      return false;
    },
    hasRoom: notifications.hasRoom,
    close: () => stopTimer(),
  };
}

/** Says that something is to be looked at again: whoever misses the last of these sees an old list for ever. */
function newsKey({ method, params }: Said): string | null {
  if (method.endsWith("/list_changed")) return method;
  if (method !== "notifications/resources/updated" || typeof params?.uri !== "string") return null;
  return params.uri.length > 2_048 ? null : `${method} ${params.uri}`;
}

function bucket(clock: Clock, { burst, perSecond }: { burst: number; perSecond: number }) {
  let left = burst;
  let at = clock.steady();
  const refill = () => {
    const now = clock.steady();
    left = Math.min(burst, left + ((now - at) / 1_000) * perSecond);
    at = now;
  };
  return {
    hasRoom(): boolean {
      refill();
      return left >= 1;
    },
    take(): boolean {
      refill();
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
