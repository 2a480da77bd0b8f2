import { isOperatorsAddress } from "../../config/entries/operators-secrets.ts";
import { fill } from "../../config/templates/fill.ts";
import { resolveModelHeaders } from "../../config/templates/resolve-model-headers.ts";
import type { ResolveContext, ResolveFailure } from "../../config/templates/resolved.ts";
import type { CustomEndpoint, Template } from "../../config/types.ts";
import type { ModelChoice, ModelEndpointView, ModelsView } from "../../schemas/chat-wire.ts";
import type { Egress } from "../egress/egress.ts";
import { AppError } from "../errors/app-error.ts";
import type { Principal } from "../ports/identity.ts";
import { builtInEndpoints, customEndpoint, type ModelEndpoint } from "./built-in-endpoints.ts";
import type { ModelKeys } from "./model-keys.ts";
import type { ModelLists } from "./model-lists.ts";
import type { ModelAddress } from "./model-messages.ts";

export interface ModelsOptions {
  /** Of the file in force. */
  custom: () => readonly CustomEndpoint[];
  env: Readonly<Record<string, string | undefined>>;
  keys: ModelKeys;
  lists: ModelLists;
  /** The way out: `isOperators` when the whole address is the operator's word. */
  egress: (address: string, isOperators: boolean) => Egress;
}

/** Which models there are for a person, and how to reach one. */
export interface Models {
  view(who: Principal): Promise<ModelsView>;
  /** Throws MODEL_UNKNOWN for endpoints there are not, and where `model` is asked for and not offered. */
  check(who: Principal, choice: ModelChoice): Promise<void>;
  /** Throws MODEL_UNKNOWN, MODEL_KEY_MISSING, ENV_MISSING. */
  reach(who: Principal, choice: ModelChoice, body: ResolveContext["body"]): Promise<ModelAddress>;
  /** Null: there is none. */
  preferred(who: Principal): Promise<ModelChoice | null>;
  /** Checked, but not renamed, as the file has them. */
  optionsOf(endpoint: string): Readonly<Record<string, unknown>>;
  saveKey(who: Principal, endpoint: string, entered: { apiKey?: string; baseUrl?: string }): Promise<void>;
  removeKey(who: Principal, endpoint: string): Promise<void>;
}

const NO_MODEL =
  "No model is configured: `endpoints.custom` in the file, or a provider's key in the environment, brings one. Tools and prompts of servers can be run here all the same.";

export function models({ custom, env, keys, lists, egress }: ModelsOptions): Models {
  const all = (): ModelEndpoint[] => [...custom().map(customEndpoint), ...builtInEndpoints(env)];
  const named = (name: string): ModelEndpoint => {
    const found = all().find((endpoint) => endpoint.name === name);
    if (found === undefined) throw new AppError("MODEL_UNKNOWN", `there is no endpoint "${name}"`);
    return found;
  };
  const reach = async (who: Principal, endpoint: ModelEndpoint, body: ResolveContext["body"]) => {
    const own = await keys.of(who.userId, endpoint);
    const context: ResolveContext = { env, userVars: {}, user: who.fields, ...(body === undefined ? {} : { body }) };
    const value = (template: Template | null, entered: string | null, field: string) => {
      if (template !== null) return filled(template, field, context, endpoint.name);
      if (entered !== null) return entered;
      throw new AppError(
        "MODEL_KEY_MISSING",
        `${endpoint.name} needs ${field === "apiKey" ? "a key" : "an address"} of your own`,
      );
    };
    const baseUrl = value(endpoint.baseUrl, own.baseUrl, "baseURL").replace(/\/+$/, "");
    if (!URL.canParse(baseUrl)) throw new AppError("MODEL_FAILED", `the address of ${endpoint.name} is no URL`);
    const { addParams, dropParams, directEndpoint } = endpoint.options;
    return {
      kind: endpoint.kind,
      endpoint: endpoint.name,
      baseUrl,
      apiKey: value(endpoint.apiKey, own.apiKey, "apiKey"),
      headers: resolveModelHeaders(endpoint.headers, context),
      fetch: egress(baseUrl, isOperatorsAddress(endpoint.baseUrl)).fetch,
      isDirect: directEndpoint === true,
      addParams: (addParams ?? {}) as Record<string, unknown>,
      dropParams: (dropParams ?? []) as string[],
    };
  };
  const viewOf = async (who: Principal, endpoint: ModelEndpoint): Promise<ModelEndpointView> => {
    const own = await keys.of(who.userId, endpoint);
    const listed = await reach(who, endpoint, undefined)
      .then((address) => lists.of(endpoint, address, who.userId))
      .catch((error: unknown) => ({ models: endpoint.models.default, problem: problemOf(error) }));
    const { modelDisplayLabel, iconURL } = endpoint.options;
    const needsOwnKey = endpoint.apiKey === null;
    const needsOwnAddress = endpoint.baseUrl === null;
    return {
      name: endpoint.name,
      label: typeof modelDisplayLabel === "string" ? modelDisplayLabel : endpoint.name,
      iconUrl: typeof iconURL === "string" ? iconURL : null,
      ...listed,
      needsOwnKey,
      needsOwnAddress,
      isKeySet: (!needsOwnKey || own.apiKey !== null) && (!needsOwnAddress || own.baseUrl !== null),
    };
  };
  const view = async (who: Principal): Promise<ModelsView> => {
    const endpoints = await Promise.all(all().map((endpoint) => viewOf(who, endpoint)));
    const first = endpoints.find(({ models: offered, isKeySet }) => isKeySet && offered.length > 0);
    const model = first?.models[0]?.name;
    const preferred = first === undefined || model === undefined ? null : { endpoint: first.name, model };
    const reason = endpoints.length === 0 ? NO_MODEL : preferred === null ? reasonOf(endpoints) : null;
    return { endpoints, default: preferred, reason };
  };

  return {
    view,
    async check(who, { endpoint, model }) {
      const { models: offered } = await viewOf(who, named(endpoint));
      if (!offered.some(({ name }) => name === model))
        throw new AppError("MODEL_UNKNOWN", `${endpoint} does not offer a model "${model}"`);
    },
    reach: async (who, { endpoint, model }, body) => {
      const found = named(endpoint);
      return { ...(await reach(who, found, body)), model, contextTokens: contextOf(found, model) };
    },
    preferred: async (who) => (await view(who)).default,
    optionsOf: (endpoint) => all().find(({ name }) => name === endpoint)?.options ?? {},
    async saveKey(who, endpoint, entered) {
      await keys.save(who.userId, named(endpoint), entered);
      lists.forget(who.userId);
    },
    async removeKey(who, endpoint) {
      await keys.remove(who.userId, named(endpoint));
      lists.forget(who.userId);
    },
  };
}

/** `tokenConfig` of the file. */
function contextOf({ options }: ModelEndpoint, model: string): number | null {
  const perModel = (options.tokenConfig ?? {}) as Readonly<Record<string, { context?: unknown } | undefined>>;
  const context = Object.hasOwn(perModel, model) ? perModel[model]?.context : undefined;
  return typeof context === "number" && context > 0 ? context : null;
}

function filled(template: Template, field: string, context: ResolveContext, endpoint: string): string {
  const failures: ResolveFailure[] = [];
  const value = fill(template, field, { context, mode: "refuse", failures }, (text) => text);
  const [missing] = failures;
  if (missing === undefined) return value;
  throw new AppError("ENV_MISSING", `${endpoint} needs ${missing.name}, which is not set`, { missing: [missing.name] });
}

function problemOf(error: unknown): ModelEndpointView["problem"] {
  if (!(error instanceof AppError)) throw error;
  return { code: error.code, message: error.message };
}

function reasonOf(endpoints: readonly ModelEndpointView[]): string {
  const [problem] = endpoints.flatMap((endpoint) => endpoint.problem ?? []);
  return problem?.message ?? "No endpoint offers a model.";
}
