import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StopSignal } from "../../stop-signal.ts";
import { anything, isRecord } from "../anything.ts";
import { asSdkTakes, type RequestOptions } from "../plain-requests.ts";
import { type Client, ProtocolError, ProtocolErrorCode } from "../sdk.ts";
import { isContent, isResource } from "./call-tool.ts";
import { type Pages, readPages } from "./read-pages.ts";
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

  /** `key`: what each entry is asked for by; one without it is of no use. */
  const list = async ({ capability, method, field, key }: Listed, options: AskOptions) => {
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
      }).catch(noneOf);
      if (cutShort !== null) warn(cutShort);
      return entries.filter(isRecord).filter((entry) => typeof entry[key] === "string");
    });
  };

  const get = (capability: "resources" | "prompts" | "completions", method: string, params: object, options: AskOptions) => {
    if (client.getServerCapabilities()?.[capability] === undefined)
      throw new AppError("NOT_OFFERED", `the server offers no ${capability}`);
    return run({ ...options, isRead: true }, (request) => ask(method, params, request));
  };

  return {
    resources: (options) => list(RESOURCES, options),
    resourceTemplates: (options) => list(TEMPLATES, options),
    prompts: (options) => list(PROMPTS, options),
    async readResource(uri, options) {
      const answer = await get("resources", "resources/read", { uri }, options);
      return withEach(answer, "contents", isResource);
    },
    async getPrompt(name, args, options) {
      const answer = await get("prompts", "prompts/get", { name, arguments: args }, options);
      return withEach(answer, "messages", isMessage);
    },
    complete: async ({ ref, argument, context }, options) => {
      const filled = context === undefined ? {} : { context: { arguments: context } };
      const { completion } = await get("completions", "completion/complete", { ref, argument, ...filled }, options);
      if (!isRecord(completion)) throw new AppError("PROTOCOL_ERROR", "the server's completion is not an object");
      return suggested(completion);
    },
  };
}

interface Listed {
  capability: "resources" | "prompts";
  method: string;
  field: string;
  key: string;
}

const RESOURCES: Listed = { capability: "resources", method: "resources/list", field: "resources", key: "uri" };
const TEMPLATES: Listed = {
  capability: "resources",
  method: "resources/templates/list",
  field: "resourceTemplates",
  key: "uriTemplate",
};
const PROMPTS: Listed = { capability: "prompts", method: "prompts/list", field: "prompts", key: "name" };

/** Many servers have resources and know nothing of templates, or the other way round. */
function noneOf(error: unknown): Pages {
  if (error instanceof ProtocolError && error.code === ProtocolErrorCode.MethodNotFound) return { entries: [], cutShort: null };
  throw error;
}

/** The answer, when it has a list of what it should be a list of (MCP, schema: ReadResourceResult, GetPromptResult). */
function withEach(answer: Described, field: string, fits: (value: unknown) => boolean): Described {
  const list = answer[field];
  const index = Array.isArray(list) ? list.findIndex((each) => !fits(each)) : -1;
  if (Array.isArray(list) && index === -1) return answer;
  const why = Array.isArray(list) ? `part ${index + 1} of its ${field} is none that MCP knows` : `its ${field} are not a list`;
  throw new AppError("PROTOCOL_ERROR", `the server's answer does not follow MCP: ${why}`);
}

function isMessage(value: unknown): boolean {
  return isRecord(value) && (value.role === "user" || value.role === "assistant") && isContent(value.content);
}

/** MCP, completion: no more than a hundred are given at once. */
const MAX_VALUES = 100;

function suggested({ values, total, hasMore }: Described): Described {
  const texts = (Array.isArray(values) ? values : []).filter((value) => typeof value === "string");
  return {
    values: texts.slice(0, MAX_VALUES),
    ...(typeof total === "number" ? { total } : {}),
    ...(typeof hasMore === "boolean" ? { hasMore } : {}),
  };
}
