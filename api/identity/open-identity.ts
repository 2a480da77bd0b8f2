import type { Identity } from "../ports/identity.ts";
import type { Accounts } from "./accounts.ts";
import { type AccountsOptions, createAccounts } from "./create-accounts.ts";
import { ownHosts, returnAddress } from "./own-hosts.ts";
import { browserCookie, type SessionCookie, sessionCookie, ticketCookie } from "./session-cookie.ts";
import { builtInIdentity } from "./session-identity.ts";

export interface OpenIdentityOptions extends AccountsOptions {
  /** A host application's own; the built-in accounts when absent. */
  readonly identity: Identity | undefined;
  /** Grows with every change to accounts, sessions and keys; see `watchIdentities`. */
  readonly changes: () => number;
  /** The address people use, when it is known. */
  readonly publicUrl: string | null;
  /** More names that people reach us by. */
  readonly allowedHosts: readonly string[];
}

/** Who people are, and by which names and cookies they come: everything in this room, wired. */
export interface OpenedIdentity {
  readonly identity: Identity;
  /** Null inside a host application. */
  readonly accounts: Accounts | null;
  /** May people have come by this `Host`? Inside a host application that is its own matter. */
  readonly isOwnHost: (host: string | undefined) => boolean;
  /** Gives the address that browsers are sent back to from elsewhere; throws when it is not safe. */
  readonly returnAddress: (baseUrl: string) => string;
  readonly cookies: {
    readonly cookie: SessionCookie;
    readonly browserCookie: SessionCookie;
    readonly ticketCookie: SessionCookie;
  };
}

export function openIdentity(options: OpenIdentityOptions): OpenedIdentity {
  const { identity, publicUrl, allowedHosts: allowed } = options;
  const isHttps = publicUrl?.startsWith("https:") === true;
  const hosts = { publicUrl, allowed };
  return {
    identity: identity ?? builtInIdentity({ ...options, isHttps }),
    accounts: identity === undefined ? createAccounts(options) : null,
    isOwnHost: identity === undefined ? ownHosts(hosts) : () => true,
    returnAddress: returnAddress(hosts),
    cookies: {
      cookie: sessionCookie(isHttps),
      browserCookie: browserCookie(isHttps),
      ticketCookie: ticketCookie(isHttps),
    },
  };
}
