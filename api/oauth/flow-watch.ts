import type { SignInState } from "../../schemas/wire.ts";
import type { Clock } from "../ports/clock.ts";
import type { FlowRecord, FlowStore } from "../ports/flow-store.ts";

export interface FlowWatchOptions {
  flows: Pick<FlowStore, "byId">;
  clock: Clock;
  /** One that was begun here ended elsewhere, or by time. */
  changed: (flow: FlowRecord, state: SignInState) => void;
}

export interface FlowWatch {
  begun(flow: FlowRecord): void;
  /** It ended here, and that has been told. */
  over(flowId: string): void;
  close(): void;
}

const LOOK_MS = 1_000;

/** Follows the sign-ins begun in this process: the browser may come back to another one. */
export function flowWatch({ flows, clock, changed }: FlowWatchOptions): FlowWatch {
  const stops = new Map<string, () => void>();
  const lookLater = (flow: FlowRecord) =>
    stops.set(
      flow.id,
      clock.setTimer(LOOK_MS, () => void look(flow)),
    );

  async function look(known: FlowRecord): Promise<void> {
    // A store that is away is asked again.
    const flow = await flows.byId(known.id).catch(() => known);
    if (!stops.has(known.id)) return;
    const isOpen = flow?.status === "pending" || flow?.status === "taken";
    if (isOpen && clock.now() < known.expiresAt) {
      lookLater(known);
      return;
    }
    stops.delete(known.id);
    if (flow === null || flow.status === "pending" || flow.status === "taken") changed(known, "expired");
    else changed(flow, flow.status);
  }

  return {
    begun: lookLater,
    over(flowId) {
      stops.get(flowId)?.();
      stops.delete(flowId);
    },
    close() {
      for (const stop of stops.values()) stop();
      stops.clear();
    },
  };
}
