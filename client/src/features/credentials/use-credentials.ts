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
  const save = useAction(async (values: Readonly<Record<string, string>>) => {
    await saveValues(server.name, values);
    toastSuccess(`Saved for ${server.title}`, "Connecting with the new values.");
    onChanged();
    onDone();
    void connectAgain(server, live);
  });
  const revoke = useAction(async () => {
    await revokeValues(server.name);
    toastSuccess(`Revoked for ${server.title}`, "Your values are removed and the connection is closed.");
    onChanged();
    onDone();
  });
  return { save, revoke };
}

async function connectAgain(server: ServerView, live: Live): Promise<void> {
  try {
    const answer = await reconnect(server.name);
    if (answer.status !== undefined) live.note(answer.status);
    if (answer.success) return toastSuccess(`${server.title} is connected`);
    const missing = (answer.missingUserVars ?? []).map(
      (name) => server.userVars.find((each) => each.name === name)?.title ?? name,
    );
    if (missing.length > 0)
      return toastFailure(`${server.title} needs more`, { message: `Still missing: ${missing.join(", ")}.` });
    toastFailure(answer.keptOld ? `${server.title} keeps its old connection` : `${server.title} did not connect`, answer);
  } catch (error) {
    toastFailure(`${server.title} did not connect`, asApiError(error));
  }
}
