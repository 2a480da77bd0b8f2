import type { ServerView } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import { type Action, useAction } from "../../lib/use-action.ts";
import { asApiError } from "../../lib/use-request.ts";
import { toastFailure, toastSuccess } from "../../ui/toast.ts";
import { reconnect, revokeValues, saveValues } from "./credentials-api.ts";

interface CredentialsOptions {
  server: ServerView;
  live: Live;
  /** What is stored has changed. */
  onChanged(): void;
  onDone(): void;
}

interface Credentials {
  save: Action<[values: Readonly<Record<string, string>>]>;
  revoke: Action<[]>;
}

/** Saving and revoking one server's values. Saving is over when the values are stored; connecting goes on by itself. */
export function useCredentials({ server, live, onChanged, onDone }: CredentialsOptions): Credentials {
  const { name: about, title } = server;
  const save = useAction(async (values: Readonly<Record<string, string>>) => {
    const { trimmed = [] } = await saveValues(server.name, values);
    toastSuccess({ title: `Saved for ${title}`, message: "Connecting with the new values.", about });
    if (trimmed.length > 0)
      toastSuccess({ title: "Blanks left out", message: blanksOf(trimmed, server), about: `${about} blanks` });
    onChanged();
    onDone();
    void connectAgain(server, live);
  });
  const revoke = useAction(async () => {
    await revokeValues(server.name);
    toastSuccess({ title: `Revoked for ${title}`, message: "Your values are removed and the connection is closed.", about });
    onChanged();
    onDone();
  });
  return { save, revoke };
}

function blanksOf(names: readonly string[], { userVars }: ServerView): string {
  const titles = names.map((name) => userVars.find((known) => known.name === name)?.title ?? name);
  return `They stood before or behind: ${titles.join(", ")}.`;
}

async function connectAgain({ name, title, userVars }: ServerView, live: Live): Promise<void> {
  const failed = (outcome: string, error: { message: string }) =>
    toastFailure({ title: `${title} ${outcome}`, about: name, error });
  try {
    const answer = await reconnect(name);
    if (answer.status !== undefined) live.note(answer.status);
    if (answer.success) return toastSuccess({ title: `${title} is connected`, about: name });
    const missing = (answer.missingUserVars ?? []).map((each) => userVars.find((known) => known.name === each)?.title ?? each);
    if (missing.length > 0) return failed("needs more", { message: `Still missing: ${missing.join(", ")}` });
    failed(answer.keptOld ? "keeps its old connection" : "did not connect", answer);
  } catch (error) {
    failed("did not connect", asApiError(error));
  }
}
