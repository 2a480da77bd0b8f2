import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StopSignal } from "../../stop-signal.ts";
import { anything, isRecord } from "../anything.ts";
import { asSdkTakes, type RequestOptions } from "../plain-requests.ts";
import type { Client } from "../sdk.ts";
import { readPages } from "./read-pages.ts";
import type { AskOptions, RunningWork } from "./running-work.ts";

/** Something of a server as it described or sent it. */
export type Described = Readonly<Record<string, unknown>>;

/** What completion is asked for: an argument of a prompt, or a variable of a resource template. */
export interface CompletionQuestion {
  ref: { type: "ref/prompt"; name: string } | { type: "ref/resource"; uri: string };
  argument: { name: string; value: string };
  /** Arguments filled in already. */
  context?: Readonly<Record<string, string>>;
}

/** Resources and prompts of one session. A list of what the server does not have is empty; anything else of it is NOT_OFFERED. */
export interface Catalogue {
  resources(options: AskOptions): Promise<readonly Described[]>;
  resourceTemplates(options: AskOptions): Promise<readonly Described[]>;
  readResource(uri: string, options: AskOptions): Promise<Described>;
  prompts(options: AskOptions): Promise<readonly Described[]>;
  getPrompt(name: string, args: Readonly<Record<string, string>>, options: AskOptions): Promise<Described>;
  complete(question: CompletionQuestion, options: AskOptions): Promise<Described>;
}

export interface CatalogueParts {
  client: Client;
  work: Pick<RunningWork, "run">;
  clock: Clock;
  /** What every request carries along. */
  meta: () => object;
  warn: (message: string) => void;
}

const MAX_ENTRIES = 5_000;
const MAX_LIST_MS = 15_000;

export function catalogue({ client, work: { run }, clock, meta, warn }: CatalogueParts): Catalogue {
  const ask = (method: string, params: object, request: RequestOptions) =>
    client.request({ method, params: { ...params, ...meta() } }, anything, asSdkTakes(request));

  const list = async (capability: "resources" | "prompts", method: string, field: string, options: AskOptions) => {
    if (client.getServerCapabilities()?.[capability] === undefined) return [];
    return run({ ...options, isRead: true }, async (request) => {
      const page = (cursor: string | undefined, signal: StopSignal) =>
        ask(method, cursor === undefined ? {} : { cursor }, { ...request, signal });
      const maxMs = Math.min(MAX_LIST_MS, options.timeoutMs / 2);
      const { entries, cutShort } = await readPages(page, {
        field,
        clock,
        signal: request.signal,
        maxEntries: MAX_ENTRIES,
        maxMs,
      });
      if (cutShort !== null) warn(cutShort);
      return entries.filter(isRecord);
    });
  };

  const get = (capability: "resources" | "prompts" | "completions", method: string, params: object, options: AskOptions) => {
    if (client.getServerCapabilities()?.[capability] === undefined)
      throw new AppError("NOT_OFFERED", `the server offers no ${capability}`);
    return run({ ...options, isRead: true }, (request) => ask(method, params, request));
  };

  return {
    resources: (options) => list("resources", "resources/list", "resources", options),
    resourceTemplates: (options) => list("resources", "resources/templates/list", "resourceTemplates", options),
    prompts: (options) => list("prompts", "prompts/list", "prompts", options),
    readResource: async (uri, options) => get("resources", "resources/read", { uri }, options),
    getPrompt: async (name, args, options) => get("prompts", "prompts/get", { name, arguments: args }, options),
    complete: async ({ ref, argument, context }, options) => {
      const filled = context === undefined ? {} : { context: { arguments: context } };
      const { completion } = await get("completions", "completion/complete", { ref, argument, ...filled }, options);
      if (!isRecord(completion)) throw new AppError("PROTOCOL_ERROR", "the server's completion is not an object");
      return completion;
    },
  };
}
