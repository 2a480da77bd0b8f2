import { isOperatorsAddress, isSecretHeader } from "../../config/entries/operators-secrets.ts";
import type { CustomEndpoint, Template } from "../../config/types.ts";
import type { ModelAddress } from "./model-messages.ts";

/** An endpoint of the file, or one that the environment brings with its usual key. */
export interface ModelEndpoint extends CustomEndpoint {
  readonly kind: ModelAddress["kind"];
}

interface BuiltIn {
  readonly name: string;
  readonly kind: ModelAddress["kind"];
  readonly key: string;
  readonly models: string;
  readonly address: string;
  readonly baseUrl: string;
}

/** LibreChat's names for them. */
const BUILT_IN: readonly BuiltIn[] = [
  {
    name: "openAI",
    kind: "openai",
    key: "OPENAI_API_KEY",
    models: "OPENAI_MODELS",
    address: "OPENAI_REVERSE_PROXY",
    baseUrl: "https://api.openai.com/v1",
  },
  {
    name: "anthropic",
    kind: "anthropic",
    key: "ANTHROPIC_API_KEY",
    models: "ANTHROPIC_MODELS",
    address: "ANTHROPIC_REVERSE_PROXY",
    baseUrl: "https://api.anthropic.com/v1",
  },
  {
    name: "google",
    kind: "google",
    key: "GOOGLE_KEY",
    models: "GOOGLE_MODELS",
    address: "GOOGLE_REVERSE_PROXY",
    baseUrl: "https://generativelanguage.googleapis.com/v1beta",
  },
  {
    name: "mistral",
    kind: "mistral",
    key: "MISTRAL_API_KEY",
    models: "MISTRAL_MODELS",
    address: "MISTRAL_REVERSE_PROXY",
    baseUrl: "https://api.mistral.ai/v1",
  },
];

const literal = (text: string): Template => ({ source: text, segments: [{ kind: "text", text }] });

/** Those whose key is in the environment; `user_provided` there means that each person enters one. */
export function builtInEndpoints(env: Readonly<Record<string, string | undefined>>): ModelEndpoint[] {
  return BUILT_IN.flatMap(({ name, kind, key, models, address, baseUrl }) => {
    const apiKey = env[key]?.trim() ?? "";
    if (apiKey === "") return [];
    const listed = (env[models] ?? "").split(",").flatMap((each) => (each.trim() === "" ? [] : [each.trim()]));
    return [
      {
        name,
        kind,
        apiKey: apiKey === "user_provided" ? null : literal(apiKey),
        baseUrl: literal(env[address]?.trim() || baseUrl),
        models: {
          default: listed.map((model) => ({ name: model, description: null })),
          fetch: listed.length === 0,
          userIdQuery: false,
        },
        headers: {},
        options: {},
      },
    ];
  });
}

/** What the operator wrote as a secret is only there with an address of theirs: it cannot go to one that a user entered. */
export function customEndpoint(endpoint: CustomEndpoint): ModelEndpoint {
  const kind = endpoint.options.provider === "anthropic" ? "anthropic" : "openai";
  if (isOperatorsAddress(endpoint.baseUrl)) return { ...endpoint, kind };
  const open = Object.entries(endpoint.headers).filter(([name, template]) => !isSecretHeader(name, template));
  return { ...endpoint, kind, apiKey: null, headers: Object.fromEntries(open) };
}
