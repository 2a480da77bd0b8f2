import type { ServerConfig } from "../../config/types.ts";
import { AppError } from "../errors/app-error.ts";
import type { AuthorizeRequest } from "../mcp/transports/remote-transport.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/identity.ts";
import { authorizeRequests } from "./authorize-requests.ts";
import type { Challenges } from "./challenges.ts";
import { isForPeople } from "./discover.ts";
import { machineUse } from "./machine-use.ts";
import type { ResolvedServer } from "./place.ts";
import { mayUseOAuth, type RemoteResolved, wantsOAuth } from "./resolve-server.ts";
import type { TokenKeeper } from "./token-keeper.ts";

/** One connection's way in. */
export interface Admission {
  authorize: AuthorizeRequest;
  /** The connection has ended. */
  release(): void;
}

export interface AdmissionsOptions {
  resolve: (who: Principal, server: ServerConfig, target: RemoteResolved) => Promise<ResolvedServer>;
  keeper: TokenKeeper;
  challenges: Challenges;
  clock: Clock;
}

/**
 * Lets a person in where they signed in. Null for servers without a sign-in. A server that is known to want one is not
 * asked before there is a grant: some let anybody say hello, and refuse every call afterwards.
 */
export function admissions({ resolve, keeper, challenges, clock }: AdmissionsOptions) {
  return async (who: Principal, server: ServerConfig, target: RemoteResolved): Promise<Admission | null> => {
    if (!mayUseOAuth(server)) return null;
    const key = { userId: who.userId, server: server.name, origin: new URL(target.url).origin };
    const resolved = await resolve(who, server, target);
    const use = isForPeople(resolved.oauth)
      ? keeper.use(key, resolved, { waitMs: server.oauthRefreshWaitTimeoutMs })
      : machineUse({ key, server: resolved, challenges, clock });
    const release = () => use.release();
    try {
      if (wantsOAuth(server) && (await use.current()) === null)
        throw new AppError("OAUTH_REQUIRED", "you are not signed in to this server", { signInTo: server.name });
    } catch (error) {
      release();
      throw error;
    }
    return { authorize: authorizeRequests({ userId: who.userId, server: server.name, use, challenges }), release };
  };
}
