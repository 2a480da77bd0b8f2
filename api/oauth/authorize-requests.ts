import { AppError } from "../errors/app-error.ts";
import { extractWWWAuthenticateParams } from "../mcp/sdk.ts";
import type { AuthorizeRequest } from "../mcp/transports/remote-transport.ts";
import type { Challenges } from "./challenges.ts";
import type { Grant } from "./grant-vault.ts";
import { scopesOf } from "./token-endpoint.ts";
import type { GrantUse } from "./token-keeper.ts";

export interface AuthorizeOptions {
  userId: string;
  server: string;
  use: GrantUse;
  challenges: Challenges;
}

/** The first may be one that another call has renewed in between; a new one that is refused ends it. */
const MAX_TRIES = 3;

/**
 * Sends requests with this person's token. A refused one is renewed and the request sent once more: it did not run. What
 * only a person can mend is thrown as AppError.
 */
export function authorizeRequests({ userId, server, use, challenges }: AuthorizeOptions): AuthorizeRequest {
  return async (_request, send) => {
    const tried = async (grant: Grant | null) => {
      const answer = await send(grant === null ? {} : tokenHeaders(grant));
      if (answer.status === 401) challenges.note(userId, server, answer);
      return answer;
    };
    let grant = await use.current();
    let answer = await tried(grant);
    if (grant === null) return answer;
    for (let tries = 0; answer.status === 401 && tries < MAX_TRIES; tries += 1) {
      await drained(answer);
      grant = await use.renewed(grant);
      answer = await tried(grant);
    }
    if (answer.status === 403 && extractWWWAuthenticateParams(answer).error === "insufficient_scope") {
      await drained(answer);
      throw scopeRequired(answer, grant, { userId, server, challenges });
    }
    if (answer.status !== 401) use.accepted(grant);
    return answer;
  };
}

function tokenHeaders({ secrets: { tokens } }: Grant): Record<string, string> {
  return { authorization: `${tokens.type} ${tokens.accessToken}` };
}

/** Read to its end, so that the connection is free for the next request. */
async function drained(answer: Response): Promise<void> {
  await answer.text().catch(() => {});
}

type About = Pick<AuthorizeOptions, "userId" | "server" | "challenges">;

function scopeRequired(answer: Response, grant: Grant, { userId, server, challenges }: About): AppError {
  const wanted = scopesOf(challenges.note(userId, server, answer).scope);
  const missing = wanted.filter((each) => !grant.scopes.includes(each));
  const canHelp = missing.length > 0 || wanted.length === 0;
  if (!canHelp || !challenges.countStepUp(userId, server))
    return new AppError("CREDENTIALS_REFUSED", "the server refuses this although you allowed what it asks for (HTTP 403)");
  const more = missing.join(" ") || "it does not say what";
  return new AppError("OAUTH_SCOPE_REQUIRED", `the server wants you to allow more: ${more}`, { signInTo: server });
}
