import { AppError } from "../errors/app-error.ts";
import type { SealContext, SecretBox } from "../ports/secret-box.ts";
import type { UserVarStore } from "../ports/stores.ts";
import type { ModelEndpoint } from "./built-in-endpoints.ts";

/** What people enter for endpoints that ask each of them: a key, an address, or both. Sealed, and bound to the address. */
export interface ModelKeys {
  of(userId: string, endpoint: ModelEndpoint): Promise<OwnModelKey>;
  /** Throws VALUE_NOT_SENDABLE for what cannot be a key or an address. */
  save(userId: string, endpoint: ModelEndpoint, entered: Partial<Record<keyof OwnModelKey, string>>): Promise<void>;
  remove(userId: string, endpoint: ModelEndpoint): Promise<void>;
}

export interface OwnModelKey {
  apiKey: string | null;
  baseUrl: string | null;
}

/** No server of the file can be called like this: `/` would end its name in every route. */
const placeName = ({ name }: ModelEndpoint) => `endpoints/${name}`;
/** HTTP takes these and nothing else in a header. */
const SENDABLE = /^[\x21-\x7e]+$/;

export function modelKeys({ store, box }: { store: UserVarStore; box: SecretBox }): ModelKeys {
  const placeOf = (userId: string, endpoint: ModelEndpoint, name: string): SealContext => ({
    purpose: "model-key",
    userId,
    server: placeName(endpoint),
    origin: endpoint.baseUrl?.source ?? "user_provided",
    name,
  });
  return {
    async of(userId, endpoint) {
      if (endpoint.apiKey !== null && endpoint.baseUrl !== null) return { apiKey: null, baseUrl: null };
      const sealed = await store.get(userId, placeName(endpoint));
      const opened = (name: string) => {
        const value = sealed[name];
        return value === undefined ? null : box.open(placeOf(userId, endpoint, name), value);
      };
      return { apiKey: opened("apiKey"), baseUrl: opened("baseUrl") };
    },
    async save(userId, endpoint, entered) {
      const changes = Object.entries(entered).map(([name, typed]) => {
        const value = typed.trim();
        const isSendable = SENDABLE.test(value) && (name !== "baseUrl" || isAddress(value));
        if (!isSendable) throw new AppError("VALUE_NOT_SENDABLE", `what was entered as ${name} cannot be sent`);
        return [name, box.seal(placeOf(userId, endpoint, name), value)] as const;
      });
      await store.set(userId, placeName(endpoint), Object.fromEntries(changes));
    },
    remove: (userId, endpoint) => store.clear(userId, placeName(endpoint)),
  };
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
