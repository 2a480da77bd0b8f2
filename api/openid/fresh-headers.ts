import { isDeepStrictEqual } from "node:util";
import { placeholderFamilies } from "../../config/connection-scope.ts";
import type { ResolvedTarget } from "../../config/templates/resolved.ts";
import type { ServerConfig } from "../../config/types.ts";
import type { Principal } from "../ports/identity.ts";
import type { OpenIdTokens } from "./openid-tokens.ts";

type RemoteResolved = Extract<ResolvedTarget, { url: string }>;
type Headers = Readonly<Record<string, string>>;
type Send = (headers: Headers) => Promise<Response>;
type Authorize<Sent> = (request: Sent, send: Send) => Promise<Response>;

interface Admitted<Sent> {
  authorize: Authorize<Sent>;
  release(): void;
}

export interface FreshHeadersOptions {
  readonly resolve: (who: Principal, server: ServerConfig) => Promise<ResolvedTarget>;
  readonly tokens: Pick<OpenIdTokens, "refused">;
}

/** Does a connection to it carry what the OpenID provider gave? */
export function usesOpenId(server: ServerConfig): boolean {
  const families = placeholderFamilies(server);
  return server.oboScopes !== null || families.has("openid") || families.has("graph");
}

/**
 * Lets people in with what the OpenID provider gave them: its tokens end long before a connection does, so headers are
 * filled in anew for every request. A refused token is renewed and the request sent once more: it did not run.
 */
export function withFreshHeaders<Sent>(
  admit: (who: Principal, server: ServerConfig, target: RemoteResolved) => Promise<Admitted<Sent> | null>,
  { resolve, tokens }: FreshHeadersOptions,
): typeof admit {
  return async (who, server, target) => {
    const inner = await admit(who, server, target);
    if (!usesOpenId(server)) return inner;
    const filledIn = async () => {
      const now = await resolve(who, server);
      // As header names travel: in lower case, so that they take the place of those of before.
      return now.kind === "stdio" ? {} : Object.fromEntries(new globalThis.Headers(now.headers));
    };
    return {
      release: () => inner?.release(),
      authorize: async (request, send) => {
        const tried = async (own: Headers) => {
          const withOwn: Send = (more) => send({ ...own, ...more });
          return inner === null ? withOwn({}) : inner.authorize(request, withOwn);
        };
        const used = await filledIn();
        const answer = await tried(used);
        if (answer.status !== 401) return answer;
        await tokens.refused(who);
        const renewed = await filledIn();
        if (isDeepStrictEqual(renewed, used)) return answer;
        await answer.text().catch(() => {});
        return tried(renewed);
      },
    };
  };
}
