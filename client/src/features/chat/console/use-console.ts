import { useState } from "react";
import { asApiError } from "../../../lib/use-request.ts";
import { toastFailure } from "../../../ui/toast.ts";
import { type ConsoleCall, callInConsole } from "../cards/calls-api.ts";
import { type ConversationPick, consolePrompt, createConversation } from "../chat-api.ts";

export interface ConsolePrompt {
  server: string;
  prompt: string;
  arguments: Readonly<Record<string, string>>;
}

/** `done`: something was begun; `back`: what opened it is taken back; `away`: it is just closed. */
export type Closing = "done" | "back" | "away";

export interface Console {
  isOpen: boolean;
  toggle(): void;
  /** What stands behind a "/" at the beginning of the text; null: there is none. */
  slash(rest: string | null): void;
  close(how: Closing): void;
  /** Both resolve when it has begun, and reject with why it has not. */
  call(call: ConsoleCall): Promise<void>;
  prompt(prompt: ConsolePrompt): Promise<void>;
}

interface ConsoleOptions {
  /** Null: a conversation is made for what is run first. */
  conversationId: string | null;
  pick: Pick<ConversationPick, "servers" | "model">;
  draft: string;
  setDraft(draft: string): void;
  onBegun(conversationId: string): void;
}

/** Tools and prompts that a person runs: a "/" in an empty input opens them. */
export function useConsole({ conversationId, pick, draft, setDraft, onBegun }: ConsoleOptions): Console {
  const [isOpen, setOpen] = useState(false);
  const takeBack = () => {
    if (draft === "/") setDraft("");
  };
  const run = async (failed: string, begin: (id: string) => Promise<unknown>) => {
    if (conversationId !== null) return void (await begin(conversationId));
    const { id } = await createConversation(pick);
    takeBack();
    onBegun(id);
    // This view is gone by then.
    begin(id).catch((cause: unknown) => toastFailure({ about: "console", title: failed, error: asApiError(cause) }));
  };
  return {
    isOpen,
    toggle: () => setOpen(!isOpen),
    slash: (rest) => setOpen(rest === "" && draft === ""),
    close(how) {
      setOpen(false);
      if (how !== "away") takeBack();
    },
    call: (call) => run("The tool was not run", (id) => callInConsole(id, call)),
    prompt: (prompt) => run("The prompt was not inserted", (id) => consolePrompt(id, prompt)),
  };
}
