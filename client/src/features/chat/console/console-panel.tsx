import { ActionIcon, Button } from "@mantine/core";
import { ArrowLeft, X } from "lucide-react";
import { useState } from "react";
import type { ServerView } from "../../../../../schemas/wire.ts";
import type { Live } from "../../../lib/live.ts";
import { Notice } from "../../../ui/notice.tsx";
import classes from "./console.module.css";
import { OfferForm } from "./offer-form.tsx";
import type { Offer } from "./offers.ts";
import { Palette } from "./palette.tsx";
import type { Console } from "./use-console.ts";
import { useOffers } from "./use-offers.ts";

interface ConsolePanelProps {
  live: Live;
  servers: readonly ServerView[];
  /** Names of those that are picked under the input. */
  picked: readonly string[];
  console: Console;
}

/** Tools and prompts that a person runs in the conversation, no model taking part. Stands above where one writes. */
export function ConsolePanel({ live, servers, picked, console }: ConsolePanelProps) {
  const loaded = useOffers(live, picked);
  const [chosen, setChosen] = useState<Offer | null>(null);
  const [cameFrom] = useState(() => document.activeElement);
  const close: Console["close"] = (how) => {
    console.close(how);
    if (cameFrom instanceof HTMLElement) cameFrom.focus();
  };
  return (
    <section
      className={classes.panel}
      aria-label="Run a tool or a prompt"
      onKeyDown={(event) => {
        if (event.key === "Escape" && chosen !== null && !event.defaultPrevented) setChosen(null);
      }}
    >
      <header className={classes.head}>
        {chosen === null ? (
          <span className="pb-label">Run it yourself</span>
        ) : (
          <Button
            size="compact-sm"
            variant="subtle"
            ml={-8}
            leftSection={<ArrowLeft size={14} aria-hidden="true" />}
            onClick={() => setChosen(null)}
          >
            All tools and prompts
          </Button>
        )}
        <ActionIcon variant="subtle" size={28} aria-label="Close" onClick={() => close("away")}>
          <X size={16} aria-hidden="true" />
        </ActionIcon>
      </header>
      {picked.length === 0 && <Notice>No server is picked. Pick one under the input: its tools and prompts appear here.</Notice>}
      {chosen === null ? (
        <Palette
          loaded={loaded}
          servers={servers}
          onChoose={setChosen}
          onClose={(by) => close(by === "backspace" ? "back" : "away")}
        />
      ) : (
        <OfferForm
          key={chosen.id}
          offer={chosen}
          servers={servers}
          onCall={async (call) => {
            await console.call(call);
            close("done");
          }}
          onPrompt={async (prompt) => {
            await console.prompt(prompt);
            close("done");
          }}
        />
      )}
    </section>
  );
}
