import type { ModelEndpointView } from "../../schemas/chat-wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { ModelEndpoint } from "./built-in-endpoints.ts";
import { modelFailure } from "./model-failure.ts";
import type { ModelAddress } from "./model-messages.ts";

type Listed = Pick<ModelEndpointView, "models" | "problem">;

/** The models of an endpoint: those it says it has, where the file wants that, else those of the file. */
export interface ModelLists {
  of(endpoint: ModelEndpoint, address: Omit<ModelAddress, "model" | "contextTokens">, userId: string): Promise<Listed>;
  /** This person's key has changed. */
  forget(userId: string): void;
}

const FRESH_MS = 5 * 60_000;
const FAILED_MS = 30_000;
const DEADLINE_MS = 5_000;
const MAX_KEPT = 500;
const MAX_MODELS = 1_000;

export function modelLists({ clock }: { clock: Clock }): ModelLists {
  const kept = new Map<string, { until: number; listed: Promise<Listed> }>();
  return {
    of(endpoint, address, userId) {
      if (!endpoint.models.fetch) return Promise.resolve({ models: endpoint.models.default, problem: null });
      const owner = endpoint.apiKey === null || endpoint.baseUrl === null || endpoint.models.userIdQuery ? userId : "";
      const key = JSON.stringify([owner, endpoint.name, address.baseUrl, address.headers]);
      const known = kept.get(key);
      if (known !== undefined && known.until > clock.steady()) return known.listed;
      const entry = { until: clock.steady() + FRESH_MS, listed: listOf(endpoint, address, userId) };
      entry.listed = entry.listed.then((listed) => {
        if (listed.problem !== null) entry.until = clock.steady() + FAILED_MS;
        return listed;
      });
      kept.delete(key);
      kept.set(key, entry);
      const [oldest] = kept.keys();
      if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
      return entry.listed;
    },
    forget(userId) {
      for (const key of kept.keys()) if (JSON.parse(key)[0] === userId) kept.delete(key);
    },
  };
}

async function listOf(
  endpoint: ModelEndpoint,
  address: Omit<ModelAddress, "model" | "contextTokens">,
  userId: string,
): Promise<Listed> {
  try {
    return { models: await fetched(endpoint, address, userId), problem: null };
  } catch (error) {
    const { code, message } = modelFailure(error, endpoint.name, new AbortController().signal);
    return { models: endpoint.models.default, problem: { code, message: `its models could not be listed: ${message}` } };
  }
}

async function fetched(
  endpoint: ModelEndpoint,
  address: Omit<ModelAddress, "model" | "contextTokens">,
  userId: string,
): Promise<Listed["models"]> {
  const url = new URL(`${address.baseUrl}/models`);
  if (endpoint.models.userIdQuery) url.searchParams.set("user", userId);
  const headers = { ...keyHeaders(address), ...address.headers };
  const answer = await address.fetch(url, { headers, signal: AbortSignal.timeout(DEADLINE_MS) });
  if (!answer.ok) {
    await answer.body?.cancel();
    throw Object.assign(new Error("refused"), { statusCode: answer.status });
  }
  const listed = (await answer.json()) as { data?: { id?: unknown }[]; models?: { name?: unknown }[] };
  const names = [...(listed.data ?? []).map(({ id }) => id), ...(listed.models ?? []).map(({ name }) => name)]
    .filter((name): name is string => typeof name === "string" && name !== "")
    .map((name) => name.replace(/^models\//, ""));
  if (names.length === 0) throw new AppError("MODEL_FAILED", `${endpoint.name} lists none`);
  return names.slice(0, MAX_MODELS).map((name) => ({ name, description: null }));
}

/** A configured `Authorization` wins over the key: it is laid over these. */
function keyHeaders({ kind, apiKey, headers }: Omit<ModelAddress, "model" | "contextTokens">): Record<string, string> {
  if (kind === "anthropic") return { "x-api-key": apiKey, "anthropic-version": "2023-06-01" };
  if (kind === "google") return { "x-goog-api-key": apiKey };
  const hasOwn = Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
  return hasOwn ? {} : { authorization: `Bearer ${apiKey}` };
}
