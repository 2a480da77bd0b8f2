import { useMemo } from "react";
import type { Live } from "../../../lib/live.ts";
import { useLiveEvent } from "../../../lib/use-live-event.ts";
import { asApiError, type Loaded, useRequest } from "../../../lib/use-request.ts";
import { listPrompts } from "../attach/attach-api.ts";
import { listTools } from "../cards/calls-api.ts";
import { type Offer, promptOffer, toolOffer } from "./offers.ts";

export interface Offers {
  offers: readonly Offer[];
  /** Servers whose tools cannot be listed now, and why. */
  failed: readonly { server: string; message: string }[];
}

/** What the picked servers offer, all asked at the same time: one that is away does not hold up the others. */
export function useOffers(live: Live, servers: readonly string[]): Loaded<Offers> {
  const names = useMemo(() => [...servers], [servers]);
  const loaded = useRequest(`offers of ${JSON.stringify(names)}`, async (signal): Promise<Offers> => {
    const each = await Promise.all(names.map((server) => offersOf(server, signal)));
    return { offers: each.flatMap(({ offers }) => offers), failed: each.flatMap(({ failed }) => failed) };
  });
  const reloadOwn = (changed: string) => {
    if (names.includes(changed)) loaded.reload();
  };
  useLiveEvent(live, "tools", reloadOwn);
  useLiveEvent(live, "catalogue", reloadOwn);
  return loaded;
}

async function offersOf(server: string, signal: AbortSignal): Promise<Offers> {
  const [tools, prompts] = await Promise.allSettled([listTools(server, signal), listPrompts(server, signal)]);
  const offers = [
    ...(tools.status === "fulfilled" ? tools.value.map((tool) => toolOffer(server, tool)) : []),
    // Many servers have no prompts, and say so with a failure.
    ...(prompts.status === "fulfilled" ? prompts.value.map((prompt) => promptOffer(server, prompt)) : []),
  ];
  return { offers, failed: tools.status === "rejected" ? [{ server, message: asApiError(tools.reason).message }] : [] };
}
