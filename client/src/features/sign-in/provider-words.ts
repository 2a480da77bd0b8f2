import { ERROR_CODES, isOpenIdProblem, type OpenIdProblem } from "../../../../schemas/error-codes.ts";

const WORDS: Readonly<Record<OpenIdProblem, string>> = {
  OPENID_UNAVAILABLE: "The sign-in provider cannot be reached right now.",
  OPENID_REFUSED:
    "This sign-in could not be finished: it was begun in another browser or too long ago, or the answer does not fit.",
  OPENID_DENIED: "You were not signed in, because it was not allowed at the provider.",
  OPENID_EMAIL_UNVERIFIED:
    "The provider has not verified your e-mail address, so it does not count as proof of who you are here.",
  OPENID_ROLE_MISSING: "Your account at the provider does not have the role that is needed here.",
  OPENID_NO_ACCOUNT: "There is no account here for you, or yours is connected with another sign-in at the provider.",
  SIGN_IN_REFUSED: "Your account here is disabled.",
  INTERNAL: "Something went wrong on this platform while you were signed in.",
};

/** What does not follow from the code alone, on this page. */
const NEXT: Partial<Record<OpenIdProblem, string>> = {
  OPENID_REFUSED: "Begin again below.",
  OPENID_DENIED: "Begin again below if you want to sign in.",
  SIGN_IN_REFUSED: "Ask an admin to enable it.",
  INTERNAL: "Try again; if it stays, tell an admin when it happened.",
};

/** Why the provider's sign-in came back without success, from the address of the sign-in page; null when nothing did. */
export function providerProblem(code: string | null): { code: string; message: string; next: string } | null {
  if (code === null) return null;
  const known = isOpenIdProblem(code) ? code : "OPENID_REFUSED";
  return { code: known, message: WORDS[known], next: NEXT[known] ?? ERROR_CODES[known].next };
}
