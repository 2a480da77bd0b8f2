import { type Entry, missingVars } from "../../../lib/server-entry.ts";

/** The one thing a row offers: what brings this server closer to being usable, or the way to its values. */
export type NextStep = "initialize" | "reinitialize" | "sign-in" | "configure" | "cancel-sign-in" | "wait" | null;

/** Pure. A server that is not known to be connected, and not on its way, has a step. */
export function nextStepOf(entry: Entry): NextStep {
  const { server, status } = entry;
  if (status === null) return "wait";
  if (status.state === "connected") return server.userVars.length > 0 ? "configure" : null;
  if (status.reason?.code === "SIGNING_IN") return "cancel-sign-in";
  if (status.state === "initializing" || status.state === "cancelling") return "wait";
  if (missingVars(entry).length > 0 || status.reason?.code === "USER_VARS_MISSING") return "configure";
  if (server.userVars.length > 0 && status.reason?.code === "CREDENTIALS_REFUSED") return "configure";
  if (status.state === "oauth_required") return "sign-in";
  return status.state === "error" ? "reinitialize" : "initialize";
}

/** Words that every row must have for it to be shown. */
export function matching(entries: readonly Entry[], search: string): readonly Entry[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ server: { title, name, description } }) => {
    const text = `${title} ${name} ${description ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** Picked or not any more; in the order of picking, and without what is not there. */
export function toggled(selected: readonly string[], name: string, available: ReadonlySet<string>): readonly string[] {
  const still = selected.filter((each) => available.has(each));
  return still.includes(name) ? still.filter((each) => each !== name) : [...still, name];
}
