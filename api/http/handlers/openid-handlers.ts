import { isOpenIdProblem } from "../../../schemas/error-codes.ts";
import type { OPENID_ROUTES } from "../../../schemas/routes/openid-routes.ts";
import { AppError } from "../../errors/app-error.ts";
import type { OpenIdSignIn } from "../../openid/openid-sign-in.ts";
import type { Logger } from "../../ports/logger.ts";
import type { ApiAnswer, HandlersFor } from "../handler.ts";

const to = (redirect: string): ApiAnswer => ({ body: "", redirect });

/** Signing in to the platform by the OpenID provider; null where the operator wants none. */
export function openIdHandlers(signIn: OpenIdSignIn | null, logger: Logger): HandlersFor<typeof OPENID_ROUTES> {
  const wanted = (): OpenIdSignIn => {
    if (signIn === null) throw new AppError("ROUTE_UNKNOWN", "nobody signs in by OpenID here");
    return signIn;
  };
  /** A browser is on its way: what went wrong is told where it can go on. The message stays in the log. */
  const problem = (error: unknown, baseUrl: string): ApiAnswer => {
    const code = error instanceof AppError ? error.code : "INTERNAL";
    if (code === "ROUTE_UNKNOWN") throw error;
    const known = isOpenIdProblem(code) ? code : "INTERNAL";
    const { message, cause = error } = error instanceof Error ? error : new Error(String(error));
    logger[known === "INTERNAL" ? "error" : "warn"]({ err: cause, code }, `a sign-in by OpenID failed: ${message}`);
    return { ...to(`${baseUrl}/sign-in?problem=${known}`), ticket: null };
  };
  return {
    openIdBegin: async ({ baseUrl }) => {
      try {
        const { url, ticket } = await wanted().begin(baseUrl());
        return { ...to(url), ticket };
      } catch (error) {
        return problem(error, baseUrl());
      }
    },
    openIdCallback: async ({ baseUrl, search, ticket, caller }) => {
      try {
        const ending = await wanted().finish({ search, ticket, replaces: await caller() });
        if (ending.kind === "ask") return { ...to(`${baseUrl()}/connect-account`), ticket: ending.ticket };
        return { ...to(`${baseUrl()}/`), session: ending.signed, ticket: null };
      } catch (error) {
        return problem(error, baseUrl());
      }
    },
    openIdQuestion: async ({ ticket }) => ({ body: { account: await wanted().question(ticket) } }),
    openIdLink: async ({ ticket, body, ip }) => {
      const { password = null } = body as { password?: string };
      await wanted().link({ ticket, password, ip: ip() });
      return { body: { success: true }, ticket: null };
    },
    openIdLeave: async () => {
      wanted();
      return { body: { success: true }, ticket: null };
    },
  };
}
