import type { SERVER_ROUTES } from "../../../schemas/routes/server-routes.ts";
import type { LogLevel } from "../../../schemas/wire.ts";
import type { ModelWords, SamplingDraft } from "../../chat/sampling.ts";
import type { ServerCatalogues } from "../../connections/server-catalogues.ts";
import type { Principal } from "../../ports/identity.ts";
import type { ServerRequestAnswer, ServerRequests } from "../../server-requests/server-requests.ts";
import { abortSignalOf } from "../../stop-signal.ts";
import type { ApiRequest, HandlersFor } from "../handler.ts";

export interface ServerHandlerParts {
  catalogues: ServerCatalogues;
  requests: Pick<ServerRequests, "list" | "answer">;
  words: ModelWords;
}

const placeOf = ({ who, params, signal }: ApiRequest<Principal>) => ({ who, server: params.server ?? "", signal });
const uriOf = ({ body }: ApiRequest<Principal>) => (body as { uri: string }).uri;
const SUCCESS = { body: { success: true } };

/** What servers have besides tools, and what they ask people. */
export function serverHandlers({ catalogues, requests, words }: ServerHandlerParts): HandlersFor<typeof SERVER_ROUTES> {
  return {
    resources: async (request) => ({ body: await catalogues.resources(placeOf(request)) }),
    readResource: async (request) => ({ body: await catalogues.readResource(placeOf(request), uriOf(request)) }),
    subscribeResource: async (request) => {
      await catalogues.subscribe(placeOf(request), uriOf(request));
      return SUCCESS;
    },
    unsubscribeResource: async (request) => {
      await catalogues.unsubscribe(placeOf(request), uriOf(request));
      return SUCCESS;
    },
    prompts: async (request) => ({ body: { prompts: await catalogues.prompts(placeOf(request)) } }),
    getPrompt: async (request) => {
      const { arguments: args = {} } = request.body as { arguments?: Record<string, string> };
      return { body: await catalogues.getPrompt(placeOf(request), request.params.prompt ?? "", args) };
    },
    complete: async (request) => {
      const question = request.body as Parameters<ServerCatalogues["complete"]>[1];
      return { body: await catalogues.complete(placeOf(request), question) };
    },
    serverLog: (request) => ({ body: catalogues.log(placeOf(request)) }),
    setLogLevel: async (request) => {
      await catalogues.setLogLevel(placeOf(request), (request.body as { level: LogLevel }).level);
      return SUCCESS;
    },
    serverRequests: ({ who }) => ({ body: { requests: requests.list(who.userId) } }),
    generateWords: async ({ who, params, body, signal }) => ({
      body: { ...(await words.generate(who, params.id ?? "", body as SamplingDraft, abortSignalOf(signal))) },
    }),
    answerServerRequest: ({ who, params, body }) => {
      requests.answer(who.userId, params.id ?? "", body as ServerRequestAnswer);
      return SUCCESS;
    },
  };
}
