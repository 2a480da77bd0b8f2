import { useState } from "react";
import type { Rollout } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import { useLiveEvent } from "../../lib/use-live-event.ts";
import { useRequest } from "../../lib/use-request.ts";
import { listRollouts } from "./rollout-api.ts";

/** The last reinitialization for everybody of each server, kept up by the socket. For admins. */
export function useRollouts(live: Live, isAdmin: boolean): ReadonlyMap<string, Rollout> {
  const loaded = useRequest<readonly Rollout[]>(isAdmin ? "rollouts" : "no rollouts", (signal) =>
    isAdmin ? listRollouts(signal) : Promise.resolve([]),
  );
  const [heard, setHeard] = useState<ReadonlyMap<string, Rollout>>(new Map());
  useLiveEvent(live, "rollout", (rollout) => setHeard((before) => new Map(before).set(rollout.server, rollout)));
  useLiveEvent(live, "back", () => {
    setHeard(new Map());
    loaded.reload();
  });
  return new Map([...(loaded.data ?? []).map((rollout) => [rollout.server, rollout] as const), ...heard]);
}
