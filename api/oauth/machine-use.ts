import { AppError } from "../errors/app-error.ts";
import { computeScopeUnion } from "../mcp/sdk.ts";
import type { Clock } from "../ports/clock.ts";
import type { Challenges } from "./challenges.ts";
import { discover } from "./discover.ts";
import { newDpopKey } from "./dpop-key.ts";
import type { Grant, GrantKey } from "./grant-vault.ts";
import { machineProvider } from "./machine-provider.ts";
import type { ResolvedServer } from "./place.ts";
import { machineTokens, scopesOf, TokensRefused } from "./token-endpoint.ts";
import type { GrantUse } from "./token-keeper.ts";

export interface MachineUseOptions {
  key: GrantKey;
  server: ResolvedServer;
  challenges: Pick<Challenges, "of">;
  clock: Clock;
}

/** A token that is about to end is not worth sending. */
const MARGIN_MS = 10_000;

/**
 * A grant that the platform gives itself whenever it needs one: nothing of it is stored, nobody is asked. A refusal is
 * told as it is; another grant is never tried instead.
 */
export function machineUse({ key, server, challenges, clock }: MachineUseOptions): GrantUse {
  let grant: Grant | null = null;
  let asking: Promise<Grant> | null = null;
  let isRefused = false;

  const ask = async (): Promise<Grant> => {
    const challenge = challenges.of(key.userId, key.server);
    const place = await discover(server, challenge);
    const scope =
      server.oauth.scope ?? computeScopeUnion(grant?.scopes.join(" "), challenge.scope ?? place.scopesSupported?.join(" "));
    const now = clock.now();
    const dpopKey = server.oauth.dpop === true ? (grant?.secrets.dpopKey ?? (await newDpopKey())) : null;
    const tokens = await machineTokens({ ...server, place, now, scope, dpopKey, provider: machineProvider(server, place) });
    const scopes = scopesOf(scope);
    grant = {
      ...key,
      generation: (grant?.generation ?? 0) + 1,
      issuer: place.issuer,
      scopes: tokens.scopes ?? scopes,
      grantedAt: now,
      refreshedAt: null,
      expiresAt: tokens.expiresAt,
      secrets: {
        tokens,
        place,
        client: { kind: "configured", information: { client_id: server.oauth.clientId ?? "" } },
        redirectUri: "",
        dpopKey,
        requestedScopes: scopes,
      },
    };
    return grant;
  };

  const fresh = (): Promise<Grant> => {
    asking ??= ask()
      .catch((error: unknown) => {
        if (!(error instanceof TokensRefused)) throw error;
        const code = error.why === "away" ? "OAUTH_UNAVAILABLE" : "CREDENTIALS_REFUSED";
        throw new AppError(code, `the platform is not let in: ${error.message}`, { cause: error });
      })
      .finally(() => {
        asking = null;
      });
    return asking;
  };

  return {
    async current() {
      const isOver = grant?.expiresAt != null && grant.expiresAt - MARGIN_MS <= clock.now();
      return grant === null || isOver ? fresh() : grant;
    },
    async renewed(refused) {
      if (grant !== null && grant.generation > refused.generation) return grant;
      if (isRefused) throw new AppError("CREDENTIALS_REFUSED", "the server refuses the tokens that the platform is given");
      isRefused = true;
      return fresh();
    },
    accepted() {
      isRefused = false;
    },
    release() {},
  };
}
