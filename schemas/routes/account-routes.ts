import { listOf, object, type RouteSpec, ref, SUCCESS, text } from "./route-spec.ts";

const email = text("The sign-in name.", { maxLength: 254, pattern: "^[^\\s@]+@[^\\s@]+$" });
const name = text("How people see this person.", { maxLength: 100 });
// Longer ones are refused before any hashing; the account rules say the rest.
const password = text("At least 10 characters.", { maxLength: 1024 });
const token = text("The token of the link, behind `#token=`.", { maxLength: 128 });
const role = { enum: ["ADMIN", "USER"] };
const openIdButton = {
  ...object({ label: { type: "string" }, image: { type: ["string", "null"] }, autoRedirect: { type: "boolean" } }),
  description: "Where people may sign in by an OpenID provider, at /oauth/openid.",
};
const userAnswer = object({ user: ref("User") });

/** First run, signing in and out, people and their keys. */
export const ACCOUNT_ROUTES = {
  setupState: {
    method: "GET",
    path: "/api/setup",
    summary: "Is the first account still to be made? And what signs people in besides passwords.",
    auth: "public",
    answer: object({ needed: { type: "boolean" }, openid: openIdButton }, { optional: ["openid"] }),
    errors: [],
  },
  setup: {
    method: "POST",
    path: "/api/setup",
    summary: "Make the first account, an admin, and sign in.",
    auth: "public",
    body: object({ token, email, name, password }),
    status: 201,
    answer: userAnswer,
    errors: ["SETUP_CLOSED", "SETUP_TOKEN_REFUSED", "REQUEST_INVALID"],
  },
  signIn: {
    method: "POST",
    path: "/api/auth/sign-in",
    summary: "Sign in; sets an HttpOnly cookie.",
    auth: "public",
    body: object({ email: text("The sign-in name.", { maxLength: 254 }), password }),
    answer: userAnswer,
    errors: ["SIGN_IN_REFUSED", "RATE_LIMITED", "REQUEST_INVALID"],
  },
  signOut: {
    method: "POST",
    path: "/api/auth/sign-out",
    summary: "End this session. Where the operator wants it, signing out goes on at the OpenID provider: `redirectTo`.",
    auth: "user",
    answer: object({ success: { const: true }, redirectTo: { type: "string" } }, { optional: ["redirectTo"] }),
    errors: [],
  },
  signOutEverywhere: {
    method: "POST",
    path: "/api/auth/sign-out-everywhere",
    summary: "End all of your sessions; API keys stay.",
    auth: "user",
    answer: SUCCESS,
    errors: [],
  },
  me: { method: "GET", path: "/api/auth/me", summary: "Who you are.", auth: "user", answer: userAnswer, errors: [] },
  changePassword: {
    method: "POST",
    path: "/api/auth/password",
    summary: "Change your password; ends your other sessions.",
    auth: "user",
    body: object({ currentPassword: password, newPassword: password }),
    answer: SUCCESS,
    errors: ["SIGN_IN_REFUSED", "RATE_LIMITED", "REQUEST_INVALID"],
  },
  acceptInvite: {
    method: "POST",
    path: "/api/invites/accept",
    summary: "Set name and password of an invited account and sign in.",
    auth: "public",
    body: object({ token, name, password }),
    answer: userAnswer,
    errors: ["INVITE_REFUSED", "REQUEST_INVALID"],
  },
  listUsers: {
    method: "GET",
    path: "/api/users",
    summary: "All accounts, oldest first.",
    auth: "admin",
    answer: object({ users: listOf(ref("User")) }),
    errors: [],
  },
  createUser: {
    method: "POST",
    path: "/api/users",
    summary: "Make an account; without a password, an invitation link comes back once.",
    auth: "admin",
    body: object({ email, name, role, password }, { optional: ["password"] }),
    status: 201,
    answer: object({ user: ref("User"), inviteUrl: { type: ["string", "null"] } }),
    errors: ["ACCOUNT_EXISTS", "REQUEST_INVALID"],
  },
  reinviteUser: {
    method: "POST",
    path: "/api/users/:id/invite",
    summary: "A new link to set a password; earlier ones stop working.",
    auth: "admin",
    answer: object({ inviteUrl: { type: ["string", "null"] } }),
    errors: ["ACCOUNT_UNKNOWN"],
  },
  updateUser: {
    method: "PATCH",
    path: "/api/users/:id",
    summary: "Change name or role, or disable an account.",
    auth: "admin",
    body: object({ name, role, disabled: { type: "boolean" } }, { optional: ["name", "role", "disabled"] }),
    answer: userAnswer,
    errors: ["ACCOUNT_UNKNOWN", "LAST_ADMIN", "REQUEST_INVALID"],
  },
  deleteUser: {
    method: "DELETE",
    path: "/api/users/:id",
    summary: "Remove an account with its sessions, keys and stored values.",
    auth: "admin",
    answer: SUCCESS,
    errors: ["ACCOUNT_UNKNOWN", "LAST_ADMIN"],
  },
  listKeys: {
    method: "GET",
    path: "/api/keys",
    summary: "Your API keys, without their secrets.",
    auth: "user",
    answer: object({ keys: listOf(ref("ApiKey")) }),
    errors: [],
  },
  createKey: {
    method: "POST",
    path: "/api/keys",
    summary: "Make an API key; its secret is shown this once.",
    auth: "user",
    body: object(
      {
        name: text("What it is for.", { maxLength: 100 }),
        expiresInDays: { type: "integer", minimum: 1, maximum: 3650, description: "Absent: it does not expire." },
      },
      { optional: ["expiresInDays"] },
    ),
    status: 201,
    answer: object({ key: ref("ApiKey"), secret: { type: "string" } }),
    errors: ["REQUEST_INVALID"],
  },
  deleteKey: {
    method: "DELETE",
    path: "/api/keys/:id",
    summary: "Remove one of your API keys.",
    auth: "user",
    answer: SUCCESS,
    errors: ["API_KEY_UNKNOWN"],
  },
} as const satisfies Record<string, RouteSpec>;
