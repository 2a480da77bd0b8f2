import type { ErrorCode } from "../error-codes.ts";
import { listOf, object, type RouteSpec, ref, SUCCESS } from "./route-spec.ts";

const START_ERRORS = [
  "SERVER_UNKNOWN",
  "OAUTH_NOT_USED",
  "OAUTH_UNAVAILABLE",
  "OAUTH_CLIENT_UNKNOWN",
  "TARGET_BLOCKED",
  "USER_VARS_MISSING",
  "ENV_MISSING",
  "USER_FIELD_MISSING",
  "VALUE_NOT_SENDABLE",
  "RATE_LIMITED",
] as const satisfies readonly ErrorCode[];

/** Signing in at servers, and what people allowed us there. Tokens are in none of the answers. */
export const OAUTH_ROUTES = {
  clientMetadata: {
    method: "GET",
    path: "/api/mcp/:server/oauth/client-metadata.json",
    summary:
      "Who this platform is at one server, for authorization servers that read it (OAuth Client ID Metadata Document). The same for every name.",
    auth: "public",
    answer: { type: "object" },
    errors: [],
  },
  signInScript: {
    method: "GET",
    path: "/api/mcp/oauth/page.js",
    summary: "The script of the page that a sign-in ends on: it closes the window.",
    auth: "public",
    answer: { type: "string" },
    answerType: "text/javascript",
    errors: [],
  },
  signInStatus: {
    method: "GET",
    path: "/api/mcp/oauth/status/:flowId",
    summary: "Where one of your sign-ins stands, with LibreChat's `status`, `completed`, `failed` and `error` beside it.",
    auth: "user",
    answer: { type: "object", description: "A SignIn and LibreChat's fields." },
    errors: ["OAUTH_FLOW_UNKNOWN"],
  },
  cancelSignIn: {
    method: "POST",
    path: "/api/mcp/oauth/cancel/:server",
    summary: "Give up your sign-ins to this server that are not finished. Fine when there is none.",
    auth: "user",
    answer: object({ success: { const: true }, message: { type: "string" } }),
    errors: ["SERVER_UNKNOWN"],
  },
  startSignIn: {
    method: "POST",
    path: "/api/mcp/:server/oauth/start",
    summary:
      "Begin a sign-in, or get the one that another tab of this browser began. Only this browser (a cookie) and this person can finish it.",
    auth: "user",
    answer: ref("SignIn"),
    errors: START_ERRORS,
  },
  signInCallback: {
    method: "GET",
    path: "/api/mcp/:server/oauth/callback",
    summary: "Where the authorization server sends the browser back to: a page that says what happened and closes itself.",
    auth: "public",
    answer: { type: "string" },
    answerType: "text/html",
    errors: [],
  },
  grants: {
    method: "GET",
    path: "/api/mcp/grants",
    summary: "Where you are signed in, with which scopes, since when.",
    auth: "user",
    answer: object({ grants: listOf(ref("Grant")) }),
    errors: [],
  },
  revokeGrant: {
    method: "DELETE",
    path: "/api/mcp/grants/:server",
    summary: "Sign out of a server: its tokens are revoked there and deleted here, the connection is closed.",
    auth: "user",
    answer: SUCCESS,
    errors: ["GRANT_UNKNOWN"],
  },
  allGrants: {
    method: "GET",
    path: "/api/grants",
    summary: "Who is signed in where. Never the tokens.",
    auth: "admin",
    answer: object({ grants: listOf(ref("PersonGrant")) }),
    errors: [],
  },
  revokePersonGrant: {
    method: "DELETE",
    path: "/api/grants/:userId/:server",
    summary: "Sign somebody out of a server.",
    auth: "admin",
    answer: SUCCESS,
    errors: ["GRANT_UNKNOWN"],
  },
} as const satisfies Record<string, RouteSpec>;
