import type { OAUTH_ROUTES } from "../../../schemas/routes/oauth-routes.ts";
import { missLimiter } from "../../identity/rate-limit.ts";
import type { Grants } from "../../oauth/grants.ts";
import type { SignInEnding, SignIns } from "../../oauth/sign-ins.ts";
import type { Principal } from "../../ports/identity.ts";
import type { ApiRequest, HandlersFor } from "../handler.ts";
import { PAGE_SCRIPT, signInPage } from "../sign-in-page.ts";

export interface OAuthHandlerParts {
  signIns: SignIns;
  grants: Grants;
  /** Throws unless browsers may be sent back to this address. */
  returnAddress: (baseUrl: string) => string;
}

const wantedBy = ({ who, params, baseUrl, browser }: ApiRequest<Principal>) => ({
  who,
  server: params.server ?? "",
  baseUrl: baseUrl(),
  browser,
});

/** Signing in at servers, and what came of it. */
export function oauthHandlers({ signIns, grants, returnAddress }: OAuthHandlerParts): HandlersFor<typeof OAUTH_ROUTES> {
  const strangers = missLimiter();
  return {
    clientMetadata: ({ baseUrl, params }) => ({ body: signIns.clientMetadata(returnAddress(baseUrl()), params.server ?? "") }),
    signInScript: () => ({ body: PAGE_SCRIPT, contentType: "text/javascript" }),
    signInStatus: async (request) => {
      const signIn = await signIns.status({ ...wantedBy(request), flowId: request.params.flowId ?? "" });
      const failed = signIn.state !== "pending" && signIn.state !== "done";
      const libreChat = { status: signIn.state.toUpperCase(), completed: signIn.state === "done", failed, error: signIn.message };
      return { body: { ...signIn, ...libreChat } };
    },
    cancelSignIn: async ({ who, params }) => {
      await signIns.cancel(who, params.server ?? "");
      return { body: { success: true, message: "The sign-in was given up." } };
    },
    startSignIn: async (request) => {
      const { signIn, browser } = await signIns.start({ ...wantedBy(request), baseUrl: returnAddress(request.baseUrl()) });
      return { body: signIn, browser };
    },
    signInCallback: async ({ caller, params, search, browser, baseUrl, ip }) => {
      const query = new URLSearchParams(search);
      const ending = await signIns.finish({ who: await caller(), server: params.server ?? "", query, browser });
      const page = (shown: SignInEnding, status: number) => ({
        body: signInPage(shown, `${baseUrl()}/api/mcp/oauth/page.js`),
        contentType: "text/html",
        status,
      });
      if (ending.kind !== "refused") return page(ending, 200);
      // Only what belongs to nobody counts: whoever finishes their own sign-in answers for nobody behind the same address.
      const waitMs = await strangers.missed(ip());
      if (waitMs === null) return page(ending, 400);
      return page({ kind: "refused", message: `Too many attempts; try again in ${Math.ceil(waitMs / 1_000)} s.` }, 429);
    },
    grants: async ({ who }) => ({ body: { grants: await grants.list(who.userId) } }),
    revokeGrant: async ({ who, params }) => {
      await grants.revoke(who.userId, params.server ?? "", who);
      return { body: { success: true } };
    },
    allGrants: async () => ({ body: { grants: await grants.listAll() } }),
    revokePersonGrant: async ({ params }) => {
      await grants.revoke(params.userId ?? "", params.server ?? "", null);
      return { body: { success: true } };
    },
  };
}
