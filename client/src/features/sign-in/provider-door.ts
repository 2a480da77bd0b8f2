import { PLACE } from "../../lib/place.ts";

/** The button to the operator's OpenID provider, as the server describes it. */
export interface ProviderDoor {
  readonly label: string;
  readonly image: string | null;
  /** Go there without a press of the button. */
  readonly autoRedirect: boolean;
}

/** Not below the router: the server answers it, with the provider's address. */
export const PROVIDER_PATH = `${PLACE.base}/oauth/openid`;

const STAYS = "patchbay:stays";
const WANTED = "patchbay:wanted";

/**
 * Nobody is sent to the provider by itself twice in a row in this tab, nor after signing out: who comes back not signed
 * in would go round in circles, and who has left would be in again.
 */
export const tabStays = {
  yes: () => put(STAYS, "1"),
  no: () => put(STAYS, null),
  /** True as well where nothing can be remembered. */
  asked: () => got(STAYS, "1") !== null,
};

/** The way to the provider leads out of this page: where somebody wanted to go is kept in the tab until they are in. */
export const wantedPlace = {
  keep: () => {
    const path = window.location.pathname.slice(PLACE.base.length);
    if (!/^\/(sign-in|connect-account|setup|invite)?$/.test(path) || window.location.search.includes("sign-in="))
      put(WANTED, path + window.location.search);
  },
  take: (): string | null => {
    const path = got(WANTED, null);
    put(WANTED, null);
    // Two slashes would lead to another site.
    return path !== null && /^\/(?![\\/])/.test(path) ? path : null;
  },
};

function put(key: string, value: string | null): void {
  try {
    if (value === null) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing for us: everybody presses the button.
  }
}

function got(key: string, otherwise: string | null): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return otherwise;
  }
}
