import type { ServerConfig } from "../../config/types.ts";
import type { SignIn, SignInState } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { FlowEnd, FlowRecord, FlowStore } from "../ports/flow-store.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { SecretBox } from "../ports/secret-box.ts";
import { beginSignIn } from "./begin-sign-in.ts";
import type { Challenges } from "./challenges.ts";
import { hostOf } from "./discover.ts";
import { finishSignIn, GIVEN_UP } from "./finish-sign-in.ts";
import { type FlowSecrets, flowVault, hashOf, randomText } from "./flow-vault.ts";
import { flowWatch } from "./flow-watch.ts";
import type { GrantVault } from "./grant-vault.ts";
import type { OAuthClients } from "./oauth-client.ts";
import type { ResolvedServer } from "./place.ts";
import { maySignIn } from "./resolve-server.ts";
import { signInPace } from "./sign-in-pace.ts";
import { TokensRefused } from "./token-endpoint.ts";

/** A browser that wants to sign in somewhere, and who sits at it. */
export interface SignInWanted {
  who: Principal;
  server: string;
  /** The address people know this platform by: the browser comes back there. */
  baseUrl: string;
  /** What this browser was given with an earlier answer; null when it has nothing. */
  browser: string | null;
}

/** What came back from the authorization server, by way of a browser that anybody may have sent. */
export interface SignInReturned {
  /** Null when nobody is signed in to this platform there. */
  who: Principal | null;
  server: string;
  query: URLSearchParams;
  browser: string | null;
}

/** What the page says. `refused`: it has nothing to do with this browser, and nothing happened. */
export type SignInEnding = { kind: "done"; title: string } | { kind: "denied" } | { kind: "failed" | "refused"; message: string };

/** Sign-ins of people at servers, from the button to the tokens. Every refusal is an AppError. */
export interface SignIns {
  /**
   * Begins one, or gives the one this browser has begun already; it takes the place of the oldest of too many. `browser` must
   * be given to the browser, and to nobody else.
   */
  start(wanted: SignInWanted): Promise<{ signIn: SignIn; browser: string }>;
  /** Never throws for what came from outside: that is told by the ending. */
  finish(returned: SignInReturned): Promise<SignInEnding>;
  status(asked: SignInWanted & { flowId: string }): Promise<SignIn>;
  /** Gives up all of this person's sign-ins to the server. Fine when there is none. */
  cancel(who: Principal, server: string): Promise<void>;
  /** Who this platform is, for authorization servers that read it. */
  clientMetadata(baseUrl: string, server: string): Readonly<Record<string, unknown>>;
  /** Waits for nothing any more. */
  close(): void;
}

/** What happened to a sign-in. `expiresAt`: how long the person has, while it is pending. */
export interface SignInChange {
  flow: FlowRecord;
  state: SignInState;
  /** Who did it; null when it was another process, or time. */
  who: Principal | null;
}

export interface SignInsOptions {
  directory: { get(who: Principal, server: string): ServerConfig };
  resolve: (who: Principal, server: ServerConfig) => Promise<ResolvedServer>;
  clients: OAuthClients;
  challenges: Pick<Challenges, "of">;
  flows: FlowStore;
  vault: GrantVault;
  box: SecretBox;
  clock: Clock;
  logger: Logger;
  /** How long a person may take. */
  handlingMs: number;
  /** How long a sign-in is remembered. */
  flowTtlMs: number;
  skipCodeChallengeCheck: boolean;
  changed: (change: SignInChange) => void;
}

const BROWSER = /^[\w-]{43}$/;
const MAX_STATE_CHARS = 256;
/** Of one person at one server: as many browsers may be on their way there. */
const MAX_PENDING = 5;
const REPLACED = "The sign-in was begun again too often; the newest ones count.";
const NOT_YOURS = "It was begun in another browser or by somebody else, or it is over.";

export function createSignIns(options: SignInsOptions): SignIns {
  const { directory, resolve, clients, challenges, flows, vault, box, clock, logger, changed } = options;
  const secretsOf = flowVault(box);
  const starting = new Map<string, Promise<FlowRecord>>();
  const countBegun = signInPace();
  const watch = flowWatch({ flows, clock, changed: (flow, state) => changed({ flow, state, who: null }) });

  /** False when it had ended already. */
  const end = async (flow: FlowRecord, how: FlowEnd, who: Principal | null): Promise<boolean> => {
    if (!(await flows.end(flow.id, how))) return false;
    watch.over(flow.id);
    changed({ flow: { ...flow, ...how, sealed: null }, state: how.status, who });
    return true;
  };

  async function begin({ who, server: name, baseUrl }: SignInWanted, browserHash: string): Promise<FlowRecord> {
    await countBegun(who.userId);
    const config = directory.get(who, name);
    const server = await resolve(who, config);
    const allowed = await vault.read({ userId: who.userId, server: name, origin: new URL(server.url).origin });
    const state = randomText();
    const secrets = await beginSignIn({
      server,
      challenge: challenges.of(who.userId, name),
      allowed,
      baseUrl,
      state,
      clients,
      skipCodeChallengeCheck: options.skipCodeChallengeCheck,
    });
    const now = clock.now();
    const about = { id: randomText(), userId: who.userId, server: name };
    const flow: FlowRecord = {
      ...about,
      stateHash: hashOf(state),
      browserHash,
      status: "pending",
      code: null,
      message: null,
      createdAt: now,
      expiresAt: now + options.handlingMs,
      forgetAt: now + options.flowTtlMs,
      sealed: secretsOf.seal(about, secrets),
    };
    const pending = (await flows.unfinished(who.userId, name, now)).filter(({ status }) => status === "pending");
    for (const older of pending.slice(MAX_PENDING - 1))
      await end(older, { status: "cancelled", code: null, message: REPLACED }, who);
    await flows.insert(flow);
    watch.begun(flow);
    changed({ flow, state: "pending", who });
    return flow;
  }

  /** One that this browser began already and that asks for what is needed now. */
  async function running({ who, server }: SignInWanted, browserHash: string): Promise<FlowRecord | null> {
    const wanted = challenges.of(who.userId, server).scope?.split(" ") ?? [];
    const found = await flows.unfinished(who.userId, server, clock.now());
    const asksFor = (flow: FlowRecord, scope: string) => secretsOf.open(flow)?.scopes.includes(scope) === true;
    const isOpenHere = (flow: FlowRecord) => flow.status === "pending" && flow.browserHash === browserHash;
    return found.find((flow) => isOpenHere(flow) && wanted.every((scope) => asksFor(flow, scope))) ?? null;
  }

  const viewOf = (flow: FlowRecord, { baseUrl, browser }: SignInWanted): SignIn => {
    const { id: flowId, server, createdAt, expiresAt, code, message } = flow;
    const secrets = secretsOf.open(flow);
    const state = stateOf(flow, clock.now());
    const isOwn = browser !== null && hashOf(browser) === flow.browserHash;
    const url = secrets !== null && isOwn && state === "pending" ? secrets.authorizationUrl : null;
    const shareUrl = `${baseUrl}/?sign-in=${encodeURIComponent(server)}`;
    const host = secrets === null ? null : hostOf(secrets.authorizationUrl);
    const scopes = secrets?.scopes ?? [];
    return {
      flowId,
      server,
      state,
      authorizationUrl: url,
      authorizationHost: host,
      shareUrl,
      scopes,
      createdAt,
      expiresAt,
      code,
      message,
    };
  };

  /** The flow that this answer belongs to, if it is this browser's and this person's to finish. */
  async function flowOf({ who, server, query, browser }: SignInReturned): Promise<FlowRecord | null> {
    const states = query.getAll("state");
    const [state] = states;
    if (state === undefined || state === "" || states.length > 1 || state.length > MAX_STATE_CHARS) return null;
    const flow = await flows.byState(hashOf(state));
    if (flow === null) return null;
    const isTheirs = who?.userId === flow.userId && browser !== null && hashOf(browser) === flow.browserHash;
    if (isTheirs && flow.server === server) return flow;
    const about = { flow: flow.id, userId: flow.userId, server: flow.server, by: who?.userId ?? null, to: server };
    logger.warn(about, "a sign-in came back to another browser, person or server than began it; it was refused");
    return null;
  }

  async function exchange(who: Principal, flow: FlowRecord, query: URLSearchParams, secrets: FlowSecrets): Promise<SignInEnding> {
    const config = directory.get(who, flow.server);
    try {
      const server = await resolve(who, config);
      const isWanted = async () => (await flows.byId(flow.id))?.status === "taken";
      const { generation } = await finishSignIn({ flow, secrets, server, query, vault, clock, isWanted });
      if (!(await end(flow, { status: "done", code: null, message: null }, who))) {
        await vault.remove({ userId: flow.userId, server: flow.server, origin: secrets.origin }, generation);
        throw new AppError("OAUTH_FAILED", GIVEN_UP);
      }
      return { kind: "done", title: config.title };
    } catch (error) {
      const known =
        error instanceof AppError ? error : new AppError("OAUTH_FAILED", "Something went wrong here.", { cause: error });
      if (isClientUnknown(known)) await clients.forget({ server: await resolve(who, config), ...secrets });
      logger.warn({ flow: flow.id, userId: flow.userId, server: flow.server, err: known.cause ?? known }, "a sign-in failed");
      await end(flow, { status: "failed", code: known.code, message: known.message }, who);
      return known.code === "OAUTH_DENIED" ? { kind: "denied" } : { kind: "failed", message: known.message };
    }
  }

  return {
    async start(given) {
      const browser = given.browser !== null && BROWSER.test(given.browser) ? given.browser : randomText();
      const wanted = { ...given, browser };
      const { who, server } = wanted;
      if (!maySignIn(directory.get(who, server))) throw new AppError("OAUTH_NOT_USED", `"${server}" has no sign-in`);
      const browserHash = hashOf(browser);
      const key = JSON.stringify([who.userId, server, browserHash]);
      const sharing =
        starting.get(key) ??
        running(wanted, browserHash)
          .then((found) => found ?? begin(wanted, browserHash))
          .finally(() => starting.delete(key));
      starting.set(key, sharing);
      return { signIn: viewOf(await sharing, wanted), browser };
    },
    async finish(returned) {
      const refused: SignInEnding = { kind: "refused", message: NOT_YOURS };
      const found = await flowOf(returned);
      const { who, query } = returned;
      if (found === null || who === null) return refused;
      const flow = await flows.take(found.id, clock.now());
      const secrets = flow === null ? null : secretsOf.open(flow);
      return flow === null || secrets === null ? refused : exchange(who, flow, query, secrets);
    },
    async status(asked) {
      const flow = await flows.byId(asked.flowId);
      if (flow === null || flow.userId !== asked.who.userId)
        throw new AppError("OAUTH_FLOW_UNKNOWN", "there is no such sign-in of yours");
      return viewOf(flow, asked);
    },
    async cancel(who, server) {
      directory.get(who, server);
      const unfinished = await flows.unfinished(who.userId, server, clock.now());
      for (const flow of unfinished) await end(flow, { status: "cancelled", code: null, message: GIVEN_UP }, who);
    },
    clientMetadata: (baseUrl, server) => clients.metadata(baseUrl, server),
    close: () => watch.close(),
  };
}

function isClientUnknown({ cause }: AppError): boolean {
  return cause instanceof TokensRefused && cause.why === "clientUnknown";
}

function stateOf({ status, expiresAt }: FlowRecord, now: number): SignInState {
  if (status !== "pending" && status !== "taken") return status;
  return now < expiresAt ? "pending" : "expired";
}
