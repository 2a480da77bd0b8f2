import { Ban, CircleCheck, CircleHelp, CircleSlash, CircleX, Hand, LoaderCircle, type LucideIcon } from "lucide-react";
import type { CallState, CallView } from "../blocks.ts";

export interface CallLook {
  word: string;
  icon: LucideIcon;
  color: string;
}

const LOOKS: Readonly<Record<CallState, CallLook>> = {
  running: { word: "Running", icon: LoaderCircle, color: "var(--pb-blue)" },
  waiting: { word: "Waits for you", icon: Hand, color: "var(--pb-amber)" },
  done: { word: "Done", icon: CircleCheck, color: "var(--pb-green)" },
  failed: { word: "Failed", icon: CircleX, color: "var(--pb-red)" },
  cancelled: { word: "Cancelled", icon: CircleSlash, color: "var(--pb-ink-2)" },
  unknown: { word: "Outcome unknown", icon: CircleHelp, color: "var(--pb-orange)" },
  refused: { word: "Not allowed", icon: Ban, color: "var(--pb-ink-2)" },
};
const REPORTED: CallLook = { ...LOOKS.failed, word: "Error" };

/** How a call stands: word, icon and colour always together. */
export function lookOf({ state, result, answered }: Pick<CallView, "state" | "result" | "answered">): CallLook {
  if (state === "done" && result?.isError === true) return REPORTED;
  if (state === "refused" && answered?.answer === "rejected") return { ...LOOKS.refused, word: "Rejected" };
  if (state === "refused" && answered?.answer === "expired") return { ...LOOKS.refused, word: "Not answered in time" };
  return LOOKS[state];
}

/** What a folded group says: how its calls stand, in the order of how much they matter. */
export function summaryOf(calls: readonly CallView[]): string {
  const counts = new Map<string, number>();
  for (const call of calls) {
    const { word } = lookOf(call);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const order = ["Waits for you", "Running", "Failed", "Error", "Outcome unknown"];
  const rank = (word: string) => (order.indexOf(word) + order.length + 1) % (order.length + 1);
  const words = [...counts].toSorted(([one], [other]) => rank(one) - rank(other));
  return words.map(([word, count]) => `${count} ${word.toLowerCase()}`).join(" · ");
}

/** Whether what came of it is shown without being asked for: what a person ran, what went wrong, what is to be looked at. */
export function startsOpen({ call, state, result }: CallView): boolean {
  if (call.by === "person" || state === "failed" || state === "unknown" || result?.isError === true) return true;
  return result?.content.some(({ type }) => type === "image" || type === "audio") === true;
}
