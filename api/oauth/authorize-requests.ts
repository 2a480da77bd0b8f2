import { AppError } from "../errors/app-error.ts";
import { type DpopSession, isDpopNonceChallenge } from "../mcp/sdk.ts";
import type { AuthorizeRequest } from "../mcp/transports/remote-transport.ts";
import { bearerChallenge } from "./bearer-challenge.ts";
import type { Challenges } from "./challenges.ts";
import { type DpopKey, dpopSession } from "./dpop-key.ts";
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
  const prove = proofs();
  const noted = (answer: Response): Response => {
    if (answer.status === 401) challenges.note(userId, server, answer);
    return answer;
  };
  const signedIn = async (first: Grant, ...[request, send]: Parameters<AuthorizeRequest>): Promise<Response> => {
    const tried = async (grant: Grant) => noted(await prove(grant, request, send));
    let grant = first;
    let answer = await tried(grant);
    for (let tries = 0; answer.status === 401 && tries < MAX_TRIES; tries += 1) {
      await drained(answer);
      grant = await use.renewed(grant);
      answer = await tried(grant);
    }
    if (answer.status === 403 && bearerChallenge(answer).error === "insufficient_scope") {
      await drained(answer);
      throw scopeRequired(answer, grant, { userId, server, challenges });
    }
    if (answer.status !== 401) use.accepted(grant);
    return answer;
  };
  const sent = (grant: Grant | null, ...[request, send]: Parameters<AuthorizeRequest>): Promise<Response> =>
    grant === null ? send({}).then(noted) : signedIn(grant, request, send);
  return (request, send) => {
    const grant = use.current();
    return grant instanceof Promise ? grant.then((each) => sent(each, request, send)) : sent(grant, request, send);
  };
}

/** Puts the token on a request, and beside it a fresh proof where it is bound to a key (RFC 9449, 7 and 9). */
function proofs() {
  let last: { key: DpopKey; session: Promise<DpopSession> } | null = null;
  const sessionOf = (key: DpopKey) => {
    if (last?.key.x !== key.x) last = { key, session: dpopSession(key) };
    return last.session;
  };
  return async ({ secrets }: Grant, { url, method }: Sent, send: Parameters<AuthorizeRequest>[1]): Promise<Response> => {
    const { tokens, dpopKey } = secrets;
    const authorization = `${tokens.type} ${tokens.accessToken}`;
    if (tokens.type === "Bearer" || dpopKey === null) return send({ authorization });
    const session = await sessionOf(dpopKey);
    const proven = async () => {
      const dpop = await session.buildProof({ htm: method, htu: url, accessToken: tokens.accessToken });
      const answer = await send({ authorization, dpop });
      session.observeNonce(answer, url);
      return answer;
    };
    const answer = await proven();
    if (!isDpopNonceChallenge(answer) || !answer.headers.has("dpop-nonce")) return answer;
    await drained(answer);
    return proven();
  };
}

type Sent = Parameters<AuthorizeRequest>[0];

/** Read to its end, so that the connection is free for the next request. */
async function drained(answer: Response): Promise<void> {
  await answer.text().catch(() => {});
}

type About = Pick<AuthorizeOptions, "userId" | "server" | "challenges">;

function scopeRequired(answer: Response, grant: Grant, { userId, server, challenges }: About): AppError {
  const wanted = scopesOf(challenges.note(userId, server, answer).scope);
  const missing = wanted.filter((each) => !grant.scopes.includes(each));
  const canHelp = missing.length > 0 || wanted.length === 0;
  const stepUp = { userId, server, missing: missing.join(" "), grantedAt: grant.grantedAt };
  if (!canHelp || !challenges.countStepUp(stepUp))
    return new AppError("CREDENTIALS_REFUSED", "the server refuses this although you allowed what it asks for (HTTP 403)");
  const more = missing.join(" ") || "it does not say what";
  return new AppError("OAUTH_SCOPE_REQUIRED", `the server wants you to allow more: ${more}`, { signInTo: server });
}
