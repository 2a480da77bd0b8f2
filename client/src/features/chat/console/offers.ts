import type { ToolView } from "../../../../../schemas/wire.ts";
import { titleOf } from "../../../ui/tool-title.ts";
import type { ListedPrompt } from "../attach/attach-api.ts";

/** One thing a person can run from the console. */
export type Offer = { id: string; server: string; name: string; title: string; description: string } & (
  | { kind: "tool"; tool: ToolView }
  | { kind: "prompt"; prompt: ListedPrompt }
);

export function toolOffer(server: string, tool: ToolView): Offer {
  const { name, description } = tool;
  return { kind: "tool", id: `tool ${server} ${name}`, server, name, title: titleOf(tool), description: description ?? "", tool };
}

export function promptOffer(server: string, prompt: ListedPrompt): Offer {
  const { name, title, description } = prompt;
  return { kind: "prompt", id: `prompt ${server} ${name}`, server, name, title, description, prompt };
}

/**
 * Those that have every word somewhere, best first: names that begin with what was typed, then names that hold it, then
 * the rest, each in the order they came. `titles`: of servers, by name.
 */
export function matching(offers: readonly Offer[], search: string, titles: ReadonlyMap<string, string>): readonly Offer[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const [first = ""] = words;
  if (first === "") return offers;
  const found = offers.filter(({ name, title, description, server, kind }) => {
    const text = `${name} ${title} ${description} ${server} ${titles.get(server) ?? ""} ${kind}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const rank = ({ name, title }: Offer) => {
    const names = [name.toLowerCase(), title.toLowerCase()];
    if (names.some((each) => each.startsWith(first))) return 0;
    return names.some((each) => each.includes(first)) ? 1 : 2;
  };
  return found.toSorted((one, other) => rank(one) - rank(other));
}
