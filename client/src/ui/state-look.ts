import { Cog, KeyRound, LoaderCircle, type LucideIcon, TriangleAlert, Unplug, X } from "lucide-react";
import type { ConnectionState } from "../../../schemas/wire.ts";

interface StateLook {
  word: string;
  icon: LucideIcon;
  color: string;
}

/** The six lights: word, icon and colour always go together, so that none of them has to be seen alone. */
export const STATE_LOOKS: Readonly<Record<ConnectionState, StateLook>> = {
  connected: { word: "Connected", icon: Cog, color: "var(--pb-green)" },
  oauth_required: { word: "Needs sign-in", icon: KeyRound, color: "var(--pb-amber)" },
  disconnected: { word: "Disconnected", icon: Unplug, color: "var(--pb-orange)" },
  initializing: { word: "Initializing", icon: LoaderCircle, color: "var(--pb-blue)" },
  error: { word: "Error", icon: TriangleAlert, color: "var(--pb-red)" },
  cancelling: { word: "Cancelling", icon: X, color: "var(--pb-red)" },
};
