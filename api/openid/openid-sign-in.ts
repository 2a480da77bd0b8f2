import { AppError } from "../errors/app-error.ts";
import type { Accounts, SignedIn } from "../identity/accounts.ts";
import type { Clock } from "../ports/clock.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { SessionStore } from "../ports/stores.ts";
import { type OpenIdPerson, openIdPerson } from "./openid-person.ts";
import { type Begun, GrantEnded, type OpenIdGiven, type OpenIdProvider } from "./openid-provider.ts";
import type { OpenIdSettings } from "./openid-settings.ts";
import type { Tickets } from "./openid-tickets.ts";
import type { OpenIdVault } from "./openid-vault.ts";

/** What a sign-in came to. `ask`: somebody has to say that an account is theirs; the ticket is for their browser. */
export type OpenIdEnding = { kind: "in"; signed: SignedIn } | { kind: "ask"; ticket: string };

/** Somebody who has to say whether an account is theirs. */
export interface OpenIdQuestion {
  readonly email: string;
  readonly name: string;
  readonly hasPassword: boolean;
}

/** Signing in to the platform by the OpenID provider. Every refusal is an AppError. */
export interface OpenIdSignIn {
  readonly button: { readonly label: string; readonly image: string | null; readonly autoRedirect: boolean };
  /** Where to send the browser, and the ticket it has to come back with. */
  begin(baseUrl: string): Promise<{ url: string; ticket: string }>;
  /** `search`: everything behind the `?`. `replaces`: who was signed in there until now. */
  finish(came: { search: string; ticket: string | null; replaces: Principal | null }): Promise<OpenIdEnding>;
  /** Null when nothing is to be answered in this browser. */
  question(ticket: string | null): Promise<OpenIdQuestion | null>;
  /** Yes, it is theirs. The next sign-in finds the account. */
  link(said: { ticket: string | null; password: string | null; ip: string }): Promise<void>;
  /** Where signing out goes on, where the operator wants that; null when it ends here. */
  signOutUrl(who: Principal, baseUrl: string): Promise<string | null>;
}

export interface OpenIdSignInOptions {
  readonly settings: OpenIdSettings;
  readonly provider: OpenIdProvider;
  readonly tickets: Tickets;
  readonly vault: OpenIdVault;
  readonly accounts: () => Pick<Accounts, "vouched" | "signOut">;
  readonly sessions: Pick<SessionStore, "idsByUser">;
  /** Tokens of this person were put down. */
  readonly given: (userId: string) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface SignInTicket extends Begun {
  readonly redirectUri: string;
}

const NOT_BEGUN_HERE = "it was not begun in this browser, or too long ago";

export function openIdSignIn(options: OpenIdSignInOptions): OpenIdSignIn {
  const { settings, provider, tickets, vault, accounts, clock, logger } = options;

  async function keep(signed: SignedIn, person: OpenIdPerson, given: OpenIdGiven): Promise<void> {
    if (!settings.keepsTokens) return;
    const userId = signed.user.id;
    const { issuer, subject } = person;
    const { scopes, expiresAt } = given;
    const of = { userId, sessionId: signed.sessionId, issuer, subject, scopes, given, expiresAt };
    await vault.begin({ ...of, grantedAt: clock.now(), refreshedAt: null }, await options.sessions.idsByUser(userId));
    options.given(userId);
  }

  const { label, image, autoRedirect } = settings;
  return {
    button: { label, image, autoRedirect },
    async begin(baseUrl) {
      const redirectUri = `${baseUrl}${settings.callbackPath}`;
      const { url, begun } = await provider.begin(redirectUri);
      return { url: url.href, ticket: tickets.seal("sign-in", { ...begun, redirectUri }) };
    },
    async finish({ search, ticket, replaces }) {
      const begun = tickets.open<SignInTicket>("sign-in", ticket);
      if (begun === null) throw new AppError("OPENID_REFUSED", NOT_BEGUN_HERE);
      const { said, given } = await provider.finish(new URL(`${begun.redirectUri}?${search}`), begun).catch((error: unknown) => {
        if (!(error instanceof GrantEnded)) throw error;
        throw new AppError("OPENID_REFUSED", "the provider does not know this sign-in any more", { cause: error });
      });
      const person = openIdPerson(said, settings);
      if (!person.isWelcome) throw new AppError("OPENID_ROLE_MISSING", "the provider does not say that you may come in");
      const met = await accounts().vouched.meet(person, settings);
      if (met.kind === "unlinked") return { kind: "ask", ticket: tickets.seal("link", person) };
      const signed = await accounts().vouched.enter(met.userId, person.isAdmin);
      await keep(signed, person, given);
      if (replaces !== null && replaces.sessionId !== null)
        await accounts().signOut({ userId: replaces.userId, sessionId: replaces.sessionId });
      logger.info({ userId: met.userId, issuer: person.issuer }, "somebody signed in by OpenID");
      return { kind: "in", signed };
    },
    async question(ticket) {
      const person = tickets.open<OpenIdPerson>("link", ticket);
      if (person === null) return null;
      const met = await accounts().vouched.meet(person, { makesAccounts: false });
      if (met.kind === "known") return null;
      return { email: met.user.email, name: met.user.name, hasPassword: met.hasPassword };
    },
    async link({ ticket, password, ip }) {
      const person = tickets.open<OpenIdPerson>("link", ticket);
      if (person === null) throw new AppError("OPENID_REFUSED", NOT_BEGUN_HERE);
      await accounts().vouched.link(person, { password, ip });
      logger.info({ email: person.email, issuer: person.issuer }, "an account was connected with its owner's OpenID sign-in");
    },
    async signOutUrl({ userId, sessionId, fields }, baseUrl) {
      if (!settings.endsSessionThere || sessionId === null || fields.provider !== "openid") return null;
      const grant = await vault.read(userId, sessionId);
      const url = await provider.endSessionUrl(grant?.given.idToken ?? null, `${baseUrl}/sign-in`).catch(() => null);
      return url?.href ?? null;
    },
  };
}
