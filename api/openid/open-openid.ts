import type { EnvironmentValues } from "../../config/environment/environment.ts";
import type { ResolveContext } from "../../config/templates/resolved.ts";
import type { PlaceholderFamily } from "../../config/types.ts";
import type { Egress } from "../egress/egress.ts";
import { AppError } from "../errors/app-error.ts";
import type { Accounts } from "../identity/accounts.ts";
import { boundedFetch } from "../oauth/bounded-fetch.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { SecretBox } from "../ports/secret-box.ts";
import type { Stores } from "../ports/stores.ts";
import { openIdProvider } from "./openid-provider.ts";
import { CALLBACK_PATH, openIdSettings } from "./openid-settings.ts";
import { type OpenIdSignIn, openIdSignIn } from "./openid-sign-in.ts";
import { openIdTickets } from "./openid-tickets.ts";
import { type OpenIdTokens, openIdTokens } from "./openid-tokens.ts";
import { openIdVault } from "./openid-vault.ts";

export interface OpenIdOptions {
  /** False inside a host application: signing in is its own business. */
  isWanted: boolean;
  environment: EnvironmentValues;
  egress: (address: string) => Egress;
  stores: Pick<Stores, "openIdGrants" | "grantLock" | "sessions">;
  box: SecretBox;
  /** Tickets come from strangers as well: what does not open is no event. */
  ticketBox: SecretBox;
  clock: Clock;
  logger: Logger;
  /** Null inside a host application. */
  accounts: () => Accounts | null;
  /** The provider's tokens of this person are here, from a new sign-in. */
  given: (userId: string) => void;
}

/** What of the provider's a connection takes: values for placeholders, a token with these scopes as bearer. */
export interface OpenIdNeed {
  readonly families: ReadonlySet<PlaceholderFamily>;
  readonly oboScopes: string | null;
}

export interface OpenIdGift extends Pick<ResolveContext, "openid" | "graphToken" | "now"> {
  readonly bearer?: string;
}

type Events = Pick<EventSink, "sessionEnded">;

/** Signing in to the platform by an OpenID provider: everything in this room, wired. */
export interface OpenId {
  /** Null when the operator wants none. */
  readonly signIn: OpenIdSignIn | null;
  /** Where the provider sends browsers back to, if not to the usual path. */
  readonly callbackPath: string | null;
  readonly tokens: Pick<OpenIdTokens, "refused">;
  /** What the provider gave this person, as far as it is needed. Throws AppError. */
  readonly context: (who: Principal, need: OpenIdNeed) => Promise<OpenIdGift>;
  /** Events on their way to the sockets: what was kept for a session goes when it ends. */
  following(events: Events): Events;
}

/** Without a provider, and where its settings cannot be used, nobody has anything of one. */
const NONE: OpenId = {
  signIn: null,
  callbackPath: null,
  tokens: { refused: async () => {} },
  context: async (_who, { oboScopes }) => {
    if (oboScopes !== null) throw new AppError("ENV_MISSING", "nobody signs in by OpenID here", { missing: ["OPENID_ISSUER"] });
    return {};
  },
  following: (events) => events,
};

export function openOpenId(options: OpenIdOptions): OpenId {
  const { isWanted, environment, egress, stores, box, ticketBox, clock, logger } = options;
  const { settings, faults } = openIdSettings(environment);
  for (const fault of isWanted ? faults : []) logger.warn({}, fault);
  if (settings === null || !isWanted) return NONE;
  const fetch = boundedFetch({
    fetch: (input, init) => egress(settings.issuer).fetch(input, init),
    extra: { headers: {}, origins: new Set() },
    clock,
    readTimeoutMs: environment.MCP_OAUTH_DETECTION_TIMEOUT,
  });
  const provider = openIdProvider({ settings, fetch, clock });
  const vault = openIdVault({ store: stores.openIdGrants, box });
  const tokens = openIdTokens({ provider, vault, lock: stores.grantLock, clock, logger });
  const tickets = openIdTickets({ box: ticketBox, clock, issuer: settings.issuer });
  const accounts = (): Accounts => {
    const built = options.accounts();
    if (built === null) throw new Error("There are no accounts to sign in to.");
    return built;
  };
  const { callbackPath } = settings;
  return {
    tokens,
    callbackPath: callbackPath === CALLBACK_PATH ? null : callbackPath,
    signIn: openIdSignIn({
      settings,
      provider,
      tickets,
      vault,
      accounts,
      sessions: stores.sessions,
      given: options.given,
      clock,
      logger,
    }),
    async context(who, { families, oboScopes }) {
      const isNeeded = oboScopes !== null || families.has("openid") || families.has("graph");
      if (!isNeeded) return {};
      if (!settings.keepsTokens)
        throw new AppError("ENV_MISSING", "not set on the server: OPENID_REUSE_TOKENS", { missing: ["OPENID_REUSE_TOKENS"] });
      const openid = families.has("openid") ? await tokens.of(who) : undefined;
      const graphToken = families.has("graph") ? await tokens.onBehalf(who, environment.GRAPH_API_SCOPES) : undefined;
      const bearer = oboScopes === null ? undefined : await tokens.onBehalf(who, oboScopes);
      return { now: clock.now(), ...present({ openid, graphToken, bearer }) };
    },
    following: ({ sessionEnded }) => ({
      sessionEnded(userId, sessionId, reason) {
        sessionEnded(userId, sessionId, reason);
        vault.forget(userId, sessionId).catch((error: unknown) => {
          logger.error({ userId, err: error }, "what the OpenID provider gave in a session that has ended is still there");
        });
      },
    }),
  };
}

function present<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as ReturnType<typeof present<T>>;
}
