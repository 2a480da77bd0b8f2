import type { ServerView } from "../../../schemas/wire.ts";
import { toastFailure, toastSuccess } from "../ui/toast.ts";
import type { Live } from "./live.ts";
import { cancelSignIn, disconnect, reinitialize } from "./servers-api.ts";
import { asApiError } from "./use-request.ts";

interface ServerActions {
  initialize(server: ServerView): Promise<void>;
  disconnect(server: ServerView): Promise<void>;
  cancelSignIn(server: ServerView): Promise<void>;
}

interface NextSteps {
  /** What works is seen where it was asked for: nothing is said about it. */
  quiet?: boolean;
  onMissingValues(server: ServerView): void;
  onSignIn(server: ServerView): void;
}

/** What the buttons of a card do, with a word about how it went. */
export function useServerActions(live: Live, { quiet = false, onMissingValues, onSignIn }: NextSteps): ServerActions {
  return {
    async initialize(server) {
      const about = server.name;
      try {
        const answer = await reinitialize(server.name);
        if (answer.status !== undefined) live.note(answer.status);
        if (answer.success) return quiet ? undefined : toastSuccess({ title: `${server.title} is connected`, about });
        if ((answer.missingUserVars?.length ?? 0) > 0) return onMissingValues(server);
        if (answer.oauthRequired) return onSignIn(server);
        const outcome = answer.keptOld ? "keeps its old connection" : "did not connect";
        toastFailure({ title: `${server.title} ${outcome}`, about, error: answer });
      } catch (error) {
        toastFailure({ title: `${server.title} did not connect`, about, error: asApiError(error) });
      }
    },
    async disconnect(server) {
      try {
        live.note((await disconnect(server.name)).status);
      } catch (error) {
        toastFailure({ title: `${server.title} could not be disconnected`, about: server.name, error: asApiError(error) });
      }
    },
    async cancelSignIn(server) {
      try {
        await cancelSignIn(server.name);
      } catch (error) {
        toastFailure({ title: `The sign-in to ${server.title} goes on`, about: server.name, error: asApiError(error) });
      }
    },
  };
}
