import { object, type RouteSpec, SUCCESS, text } from "./route-spec.ts";

const question = object({
  email: { type: "string" },
  name: { type: "string" },
  hasPassword: { type: "boolean", description: "It has to be entered once, as proof." },
});

/** Signing in to the platform by the operator's OpenID provider. Pages: what goes wrong is told on the sign-in page. */
export const OPENID_ROUTES = {
  openIdBegin: {
    method: "GET",
    path: "/oauth/openid",
    summary: "Go to the OpenID provider's sign-in page.",
    auth: "public",
    status: 303,
    answer: { type: "string" },
    answerType: "text/plain",
    errors: ["ROUTE_UNKNOWN"],
  },
  openIdCallback: {
    method: "GET",
    path: "/oauth/openid/callback",
    summary: "Where the provider sends the browser back to; leads to the page, signed in, or to what has to be decided first.",
    auth: "public",
    status: 303,
    answer: { type: "string" },
    answerType: "text/plain",
    errors: ["ROUTE_UNKNOWN"],
  },
  openIdQuestion: {
    method: "GET",
    path: "/api/auth/openid",
    summary: "The account that whoever has just come from the provider may say is theirs; null when there is none.",
    auth: "public",
    answer: object({ account: { anyOf: [question, { type: "null" }] } }),
    errors: ["SIGN_IN_REFUSED", "OPENID_NO_ACCOUNT", "OPENID_EMAIL_UNVERIFIED", "ROUTE_UNKNOWN"],
  },
  openIdLink: {
    method: "POST",
    path: "/api/auth/openid/link",
    summary: "Yes, it is theirs: connects the account with the sign-in at the provider. Then begin again at /oauth/openid.",
    auth: "public",
    body: object({ password: text("Of the account, where it has one.", { maxLength: 1024 }) }, { optional: ["password"] }),
    answer: SUCCESS,
    errors: [
      "SIGN_IN_REFUSED",
      "OPENID_REFUSED",
      "OPENID_NO_ACCOUNT",
      "OPENID_EMAIL_UNVERIFIED",
      "RATE_LIMITED",
      "ROUTE_UNKNOWN",
    ],
  },
  openIdLeave: {
    method: "DELETE",
    path: "/api/auth/openid",
    summary: "No: nothing is connected, and who has just come from the provider is forgotten.",
    auth: "public",
    answer: SUCCESS,
    errors: ["ROUTE_UNKNOWN"],
  },
} as const satisfies Record<string, RouteSpec>;
