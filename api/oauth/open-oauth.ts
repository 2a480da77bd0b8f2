import type { EnvironmentValues } from "../../config/environment/environment.ts";
import type { ServerConfig } from "../../config/types.ts";
import { AppError } from "../errors/app-error.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { SecretBox } from "../ports/secret-box.ts";
import type { Stores } from "../ports/stores.ts";
import { type Admission, admissions } from "./admission.ts";
import { challengeBook } from "./challenges.ts";
import { endpointPaces } from "./endpoint-pace.ts";
import { grantVault } from "./grant-vault.ts";
import { createGrants, type Grants } from "./grants.ts";
import { oauthClients } from "./oauth-client.ts";
import { grantRefresher } from "./refresh-grant.ts";
import { type RemoteResolved, type ResolveServerOptions, serverResolver } from "./resolve-server.ts";
import { createSignIns, type SignInChange, type SignIns } from "./sign-ins.ts";
import { tokenKeeper } from "./token-keeper.ts";

export interface OAuthOptions extends ResolveServerOptions {
  stores: Pick<Stores, "accounts" | "grants" | "grantLock" | "flows" | "oauthClients">;
  box: SecretBox;
  random: () => number;
  logger: Logger;
  sink: Pick<EventSink, "serverSaid">;
  environment: Pick<
    EnvironmentValues,
    | "MCP_OAUTH_DETECTION_TIMEOUT"
    | "MCP_OAUTH_HANDLING_TIMEOUT"
    | "MCP_OAUTH_FLOW_TTL"
    | "MCP_SKIP_CODE_CHALLENGE_CHECK"
    | "MCP_CLIENT_METADATA_URL"
  >;
  directory: { get(who: Principal, server: string): ServerConfig };
  connections: () => SignInFollower;
}

/** What one (user, server) connection makes of it: see `LiveConnections`. */
export interface SignInFollower {
  signIn(step: SignInStep): void;
  /** The grant is gone. `atOnce`: what is on its way with it is stopped as well. */
  shutOut(userId: string, server: string, why: AppError, options?: { atOnce?: boolean }): Promise<void>;
}

export type SignInStep = { userId: string; server: string; who: Principal | null } & (
  | { what: "began"; until: number; why: AppError }
  | { what: "succeeded" }
  | { what: "ended"; why: AppError; isCancelled: boolean }
);

/** Signing in at servers: everything in this room, wired. */
export interface OAuth {
  admit: (who: Principal, server: ServerConfig, target: RemoteResolved) => Promise<Admission | null>;
  signIns: SignIns;
  grants: Grants;
  forgetUser(userId: string): void;
  close(): void;
}

export function openOAuth(options: OAuthOptions): OAuth {
  const { stores, box, clock, random, logger, sink, environment, connections } = options;
  const resolve = serverResolver(options);
  const vault = grantVault({ store: stores.grants, box });
  const challenges = challengeBook({ clock });
  const clients = oauthClients({ store: stores.oauthClients, box, clock, metadataUrl: environment.MCP_CLIENT_METADATA_URL });
  const paces = endpointPaces({ clock, random });
  const keeper = tokenKeeper({
    vault,
    paces,
    clock,
    random,
    refresh: grantRefresher({ vault, lock: stores.grantLock, clock, paces }),
    ended({ userId, server }, why) {
      logger.warn({ userId, server, err: why.cause ?? why }, "a sign-in has ended");
      void connections().shutOut(userId, server, why);
      sink.serverSaid(userId, "mcp:grants", { server });
    },
    clientUnknown: async (server, { secrets }) => clients.forget({ server, ...secrets }),
  });
  const signIns = createSignIns({
    directory: options.directory,
    resolve,
    clients,
    challenges,
    flows: stores.flows,
    vault,
    box,
    clock,
    logger,
    handlingMs: environment.MCP_OAUTH_HANDLING_TIMEOUT,
    flowTtlMs: environment.MCP_OAUTH_FLOW_TTL,
    skipCodeChallengeCheck: environment.MCP_SKIP_CODE_CHALLENGE_CHECK,
    changed(change) {
      const { flow, state } = change;
      const { id: flowId, userId, server, code, message } = flow;
      if (state === "done") {
        keeper.changed(userId, server);
        challenges.answered(userId, server);
        sink.serverSaid(userId, "mcp:grants", { server });
      }
      connections().signIn(stepOf(change));
      sink.serverSaid(userId, "mcp:sign-in", { flowId, server, state, code, message });
    },
  });
  return {
    admit: admissions({ resolve, keeper, challenges, clock }),
    signIns,
    grants: createGrants({
      stores,
      vault,
      directory: options.directory,
      resolve,
      clock,
      logger,
      async revoked({ userId, server, byOther }) {
        keeper.changed(userId, server);
        sink.serverSaid(userId, "mcp:grants", { server });
        const words = byOther ? "an admin signed you out of this server" : "you signed out of this server";
        const why = new AppError("OAUTH_REQUIRED", words, { signInTo: server });
        await connections().shutOut(userId, server, why, { atOnce: true });
      },
    }),
    forgetUser: (userId) => challenges.forgetUser(userId),
    close: () => signIns.close(),
  };
}

function stepOf({ flow, state, who }: SignInChange): SignInStep {
  const { userId, server } = flow;
  const of = { userId, server, who };
  const options = { signInTo: server };
  if (state === "done") return { ...of, what: "succeeded" };
  if (state === "pending") {
    const why = new AppError("OAUTH_REQUIRED", "your sign-in to this server is not finished yet", options);
    return { ...of, what: "began", until: flow.expiresAt, why };
  }
  const [code, message] =
    state === "expired"
      ? (["OAUTH_EXPIRED", "nobody finished the sign-in in time"] as const)
      : ([flow.code ?? "OAUTH_REQUIRED", flow.message ?? "the sign-in was given up"] as const);
  return { ...of, what: "ended", why: new AppError(code, message, options), isCancelled: state === "cancelled" };
}
