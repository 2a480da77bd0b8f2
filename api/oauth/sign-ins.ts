import type { SignIn } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { Principal } from "../ports/identity.ts";

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
  /** Begins one, or gives the one this browser has begun already. `browser` must be given to the browser, and to nobody else. */
  start(wanted: SignInWanted): Promise<{ signIn: SignIn; browser: string }>;
  /** Never throws for what came from outside: that is told by the ending. */
  finish(returned: SignInReturned): Promise<SignInEnding>;
  status(asked: SignInWanted & { flowId: string }): Promise<SignIn>;
  /** Gives up all of this person's sign-ins to the server. Fine when there is none. */
  cancel(who: Principal, server: string): Promise<void>;
  /** Who this platform is, for authorization servers that read it. */
  clientMetadata(baseUrl: string): Readonly<Record<string, unknown>>;
}

export function createSignIns(): SignIns {
  const unknown = () => new AppError("OAUTH_FLOW_UNKNOWN", "there is no such sign-in");
  return {
    start: async () => {
      throw new AppError("OAUTH_UNAVAILABLE", "signing in at servers is not possible yet");
    },
    finish: async () => ({ kind: "refused", message: "This browser did not begin it, or it is over." }),
    status: async () => {
      throw unknown();
    },
    cancel: async () => {},
    clientMetadata: () => ({}),
  };
}
