import type { ServerView } from "../../../../schemas/wire.ts";
import type { Live } from "../../lib/live.ts";
import { asApiError } from "../../lib/use-request.ts";
import { toastFailure, toastSuccess } from "../../ui/toast.ts";
import { disconnect, reinitialize } from "./servers-api.ts";

interface ServerActions {
  initialize(server: ServerView): Promise<void>;
  disconnect(server: ServerView): Promise<void>;
}

/** What the buttons of a card do, with a word about how it went. */
export function useServerActions(live: Live, onMissingValues: (server: ServerView) => void): ServerActions {
  return {
    async initialize(server) {
      try {
        const answer = await reinitialize(server.name);
        if (answer.status !== undefined) live.note(answer.status);
        if (answer.success) toastSuccess(`${server.title} is connected`);
        else if ((answer.missingUserVars?.length ?? 0) > 0) onMissingValues(server);
        else
          toastFailure(answer.keptOld ? `${server.title} keeps its old connection` : `${server.title} did not connect`, answer);
      } catch (error) {
        toastFailure(`${server.title} did not connect`, asApiError(error));
      }
    },
    async disconnect(server) {
      try {
        live.note((await disconnect(server.name)).status);
      } catch (error) {
        toastFailure(`${server.title} could not be disconnected`, asApiError(error));
      }
    },
  };
}
