import { useState } from "react";
import type { Live } from "../../../lib/live.ts";
import { useLiveEvent } from "../../../lib/use-live-event.ts";
import { useRequest } from "../../../lib/use-request.ts";
import classes from "./attach.module.css";
import { type ListedPrompt, listPrompts } from "./attach-api.ts";
import { CatalogueList } from "./catalogue-list.tsx";
import { ChosenHead } from "./chosen-head.tsx";
import { PromptForm } from "./prompt-form.tsx";

interface PromptPaneProps {
  live: Live;
  server: string;
  onPrompt(prompt: { server: string; prompt: string; values: Readonly<Record<string, string>> }): Promise<void>;
}

/** A server's prompts: choose one, fill in its arguments, read what it says, insert it. */
export function PromptPane({ live, server, onPrompt }: PromptPaneProps) {
  const listed = useRequest(server, async (signal) =>
    (await listPrompts(server, signal)).map((each) => ({ ...each, key: each.name, place: each.name })),
  );
  useLiveEvent(live, "catalogue", (changed) => changed === server && listed.reload());
  const [chosen, setChosen] = useState<ListedPrompt | null>(null);
  if (chosen === null) return <CatalogueList what="prompts" items={listed} onSelect={setChosen} />;
  return (
    <div className={classes.detail}>
      <ChosenHead title={chosen.title} back="All prompts" onBack={() => setChosen(null)} />
      <PromptForm key={chosen.name} server={server} prompt={chosen} onPrompt={onPrompt} />
    </div>
  );
}
