import { errors, type TokenEndpointGrantContext } from "oidc-provider";
import type { Diary } from "./diary.ts";

export const ON_BEHALF = "urn:ietf:params:oauth:grant-type:jwt-bearer";

/** One exchange that was asked for. */
export interface Exchanged {
  readonly person: string;
  readonly scope: string;
  /** What came of it. */
  readonly token: string;
}

interface Asked {
  scope?: string;
  assertion?: string;
  requested_token_use?: string;
}

/**
 * Lets the provider exchange an access token that it gave this client for one of its person for the MCP server beside it
 * (on-behalf-of, as Entra ID does it). Answers every exchange there is.
 */
export function exchangesOf({ provider, url }: Diary): Exchanged[] {
  const exchanged: Exchanged[] = [];
  provider.registerGrantType(
    ON_BEHALF,
    async (ctx: TokenEndpointGrantContext) => {
      const { params, client } = ctx.oidc;
      const { assertion = "", scope = "", requested_token_use }: Asked = params;
      if (requested_token_use !== "on_behalf_of") throw new errors.InvalidRequest("on_behalf_of is all there is");
      const shown = await provider.AccessToken.find(assertion);
      if (shown === undefined || shown.clientId !== client.clientId) throw new errors.InvalidGrant("this assertion is no good");
      const resourceServer = new provider.ResourceServer(url, { scope, audience: url, accessTokenFormat: "opaque" });
      const made = new provider.AccessToken({
        accountId: shown.accountId,
        grantId: shown.grantId,
        gty: "on_behalf_of",
        client,
        scope,
        resourceServer,
      });
      made.setAudience(url);
      const token = await made.save();
      exchanged.push({ person: shown.accountId, scope, token });
      ctx.body = { access_token: token, token_type: "Bearer", expires_in: made.expiration, scope };
    },
    ["assertion", "scope", "requested_token_use"],
  );
  return exchanged;
}
