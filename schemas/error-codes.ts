/** What one failure means to whoever meets it. `next` is the sentence that tells a person what to do. */
export interface ErrorCodeRow {
  readonly httpStatus: number;
  readonly retryable: boolean;
  readonly next: string;
}

/** Every failure a caller can see. Adding a row is an API change; renaming one breaks clients. */
export const ERROR_CODES = {
  // requests
  REQUEST_INVALID: {
    httpStatus: 400,
    retryable: false,
    next: "Correct the fields listed in `details` and send the request again.",
  },
  REQUEST_TIMEOUT: { httpStatus: 408, retryable: true, next: "Send the whole request at once; nothing was done." },
  REQUEST_TOO_LARGE: { httpStatus: 413, retryable: false, next: "Send less than the limit named in the message." },
  ROUTE_UNKNOWN: { httpStatus: 404, retryable: false, next: "See /api/openapi.json for the routes there are." },
  ORIGIN_REFUSED: { httpStatus: 403, retryable: false, next: "Open the page from the address this server is configured for." },
  RATE_LIMITED: { httpStatus: 429, retryable: true, next: "Wait for the seconds named in `Retry-After`." },
  INTERNAL: { httpStatus: 500, retryable: true, next: "Try again; if it stays, give the request id to an admin." },
  SHUTTING_DOWN: { httpStatus: 503, retryable: true, next: "Try again in a few seconds." },
  STORE_UNAVAILABLE: {
    httpStatus: 503,
    retryable: true,
    next: "Nothing was saved. Try again in a moment; if it stays, tell whoever runs this: the disk may be full.",
  },

  // who is asking
  SIGN_IN_REQUIRED: {
    httpStatus: 401,
    retryable: false,
    next: "Sign in; a program sends a valid API key, where this platform has accounts of its own.",
  },
  SIGN_IN_REFUSED: { httpStatus: 401, retryable: false, next: "Check e-mail and password." },
  ADMIN_REQUIRED: { httpStatus: 403, retryable: false, next: "Ask an admin." },
  SETUP_CLOSED: { httpStatus: 409, retryable: false, next: "Sign in; the first account exists already." },
  SETUP_TOKEN_REFUSED: {
    httpStatus: 403,
    retryable: false,
    next: "Open the setup link that the server printed when it started.",
  },
  INVITE_REFUSED: { httpStatus: 403, retryable: false, next: "Ask an admin for a new invitation." },
  ACCOUNT_EXISTS: { httpStatus: 409, retryable: false, next: "Use another e-mail address." },
  ACCOUNT_UNKNOWN: { httpStatus: 404, retryable: false, next: "Reload the list of people." },
  LAST_ADMIN: { httpStatus: 409, retryable: false, next: "Make somebody else an admin first." },
  OPENID_UNAVAILABLE: {
    httpStatus: 502,
    retryable: true,
    next: "Try again in a moment; if it stays, sign in with your password and tell an admin.",
  },
  OPENID_REFUSED: { httpStatus: 400, retryable: false, next: "Begin again on the sign-in page of this platform." },
  OPENID_DENIED: { httpStatus: 403, retryable: false, next: "Begin again if you want to sign in." },
  OPENID_EMAIL_UNVERIFIED: {
    httpStatus: 403,
    retryable: false,
    next: "Have your e-mail address verified there, or sign in with your password.",
  },
  OPENID_ROLE_MISSING: { httpStatus: 403, retryable: false, next: "Ask whoever looks after your account there for the role." },
  OPENID_NO_ACCOUNT: { httpStatus: 403, retryable: false, next: "Ask an admin for an invitation, then sign in again." },
  OPENID_EXPIRED: { httpStatus: 401, retryable: false, next: "Sign out here, and sign in again by your provider." },
  API_KEY_UNKNOWN: { httpStatus: 404, retryable: false, next: "Reload the list of keys." },

  // servers and their configuration
  SERVER_UNKNOWN: { httpStatus: 404, retryable: false, next: "Check the server's name, or ask the operator." },
  SERVER_EXISTS: { httpStatus: 409, retryable: false, next: "Choose another title." },
  CREATE_FORBIDDEN: {
    httpStatus: 403,
    retryable: false,
    next: "Ask the operator for the server, or to allow `interface.mcpServers.create`.",
  },
  OBO_FORBIDDEN: {
    httpStatus: 403,
    retryable: false,
    next: "Leave `obo` out, or ask the operator to allow `interface.mcpServers.configureObo`.",
  },
  SERVER_READ_ONLY: {
    httpStatus: 403,
    retryable: false,
    next: "This server is defined in the operator's file; change it there.",
  },
  SERVER_CONFIG_INVALID: {
    httpStatus: 409,
    retryable: false,
    next: "The operator must correct the entry; the problem names the line.",
  },
  NOTHING_PENDING: { httpStatus: 409, retryable: false, next: "Reload the page; the change was applied or taken back." },
  ENV_MISSING: {
    httpStatus: 409,
    retryable: false,
    next: "The operator must set the environment variable named in the message.",
  },
  USER_VARS_MISSING: { httpStatus: 409, retryable: false, next: "Open the server's settings and enter the missing values." },
  USER_FIELD_MISSING: { httpStatus: 409, retryable: false, next: "Your account lacks a field this server needs; ask an admin." },
  USER_VAR_UNKNOWN: { httpStatus: 400, retryable: false, next: "Send only the values that the server declares." },
  VALUE_NOT_SENDABLE: {
    httpStatus: 409,
    retryable: false,
    next: "Enter the value again without line breaks or control characters.",
  },
  TARGET_BLOCKED: { httpStatus: 403, retryable: false, next: "The operator can allow this address in `mcpSettings`." },

  // connections
  CONNECT_TIMEOUT: { httpStatus: 504, retryable: true, next: "Try again; raise `initTimeout` if the server is slow to start." },
  CONNECT_FAILED: { httpStatus: 502, retryable: true, next: "Check that the server is running and its address is right." },
  CERTIFICATE_REFUSED: {
    httpStatus: 502,
    retryable: true,
    next: "Whoever runs the server must renew or correct its certificate; a private authority is made known with NODE_EXTRA_CA_CERTS.",
  },
  COMMAND_NOT_FOUND: { httpStatus: 502, retryable: false, next: "The operator must install the command or correct `command`." },
  COMMAND_UNSAFE: {
    httpStatus: 502,
    retryable: false,
    next: "The operator must take the right to write from others on the file or folder that the message names.",
  },
  MEMORY_LIMIT: {
    httpStatus: 502,
    retryable: true,
    next: "Ask the program for less at once, or ask the operator to raise `maxMemoryMb`.",
  },
  CREDENTIALS_REFUSED: { httpStatus: 502, retryable: false, next: "Check the values you entered for this server." },
  OAUTH_REQUIRED: { httpStatus: 409, retryable: false, next: "Sign in to the server." },
  OAUTH_SCOPE_REQUIRED: {
    httpStatus: 409,
    retryable: false,
    next: "Sign in to the server again to allow what it asks for, then repeat the call; it did not run.",
  },
  OAUTH_UNAVAILABLE: {
    httpStatus: 502,
    retryable: true,
    next: "Try again; if it stays, tell the server's maker: its sign-in breaks a rule that the message names.",
  },
  OAUTH_CLIENT_UNKNOWN: {
    httpStatus: 409,
    retryable: false,
    next: "The operator must register this platform there and set `oauth.client_id`.",
  },
  OAUTH_NOT_USED: { httpStatus: 409, retryable: false, next: "Connect; this server needs no sign-in." },
  OAUTH_FLOW_UNKNOWN: { httpStatus: 404, retryable: false, next: "Start the sign-in again." },
  OAUTH_DENIED: { httpStatus: 409, retryable: false, next: "Start the sign-in again if you want to allow it." },
  OAUTH_FAILED: {
    httpStatus: 502,
    retryable: false,
    next: "Start the sign-in again; if it stays, give the message to an admin.",
  },
  OAUTH_EXPIRED: { httpStatus: 409, retryable: false, next: "Start the sign-in again." },
  GRANT_UNKNOWN: { httpStatus: 404, retryable: false, next: "Reload the list; there is no such sign-in." },
  PROTOCOL_ERROR: { httpStatus: 502, retryable: true, next: "The server's answer does not follow MCP; tell its maker." },
  PROTOCOL_UNSUPPORTED: {
    httpStatus: 502,
    retryable: false,
    next: "The server speaks a version of MCP that is not known here; update one of the two.",
  },
  NOT_AN_MCP_SERVER: {
    httpStatus: 502,
    retryable: true,
    next: "Check the address: something else answers there, such as a sign-in page or a proxy.",
  },
  CONNECTION_CLOSED: { httpStatus: 502, retryable: true, next: "Reinitialize the server." },
  CONNECTION_REPLACED: {
    httpStatus: 409,
    retryable: true,
    next: "Another request replaced this attempt; look at the server's state.",
  },
  LIMIT_REACHED: {
    httpStatus: 429,
    retryable: true,
    next: "Disconnect or delete something you do not use, or ask the operator to raise the limit.",
  },

  ROLLOUT_RUNNING: { httpStatus: 409, retryable: true, next: "Wait for it to end, or stop it." },
  ROLLOUT_UNKNOWN: { httpStatus: 409, retryable: false, next: "Reload the page; it has ended." },

  // what servers offer and ask
  NOT_OFFERED: { httpStatus: 409, retryable: false, next: "The server does not have this; use what it offers." },
  REQUEST_UNKNOWN: { httpStatus: 404, retryable: false, next: "The request was answered or has ended; reload the list." },

  // calls
  TOOL_UNKNOWN: { httpStatus: 404, retryable: false, next: "Reload the server's list of tools." },
  FUNCTION_CHANGED: { httpStatus: 409, retryable: false, next: "Reload the server's functions and look at what is different." },
  TOOL_FORBIDDEN: {
    httpStatus: 403,
    retryable: false,
    next: "Nothing was run. Change it in the server's functions if it is your own setting; else ask an admin.",
  },
  APPROVAL_REQUIRED: {
    httpStatus: 403,
    retryable: false,
    next: "Nothing was run. Have the person answer the approval that `details` names, then send the call again with `approval`.",
  },
  APPROVAL_UNKNOWN: { httpStatus: 404, retryable: false, next: "Reload the list of approvals; it was answered or has expired." },
  APPROVAL_REFUSED: {
    httpStatus: 403,
    retryable: false,
    next: "Nothing was run. An approval holds for one call with exactly the arguments it was given for; ask anew.",
  },
  TOOL_INPUT_REFUSED: { httpStatus: 422, retryable: false, next: "Correct the arguments." },
  CALL_TIMEOUT: {
    httpStatus: 504,
    retryable: false,
    next: "The call may have run; check before you repeat it. Raise `timeout` for slow tools.",
  },
  CALL_CANCELLED: { httpStatus: 499, retryable: false, next: "The call was cancelled; it may have run in part." },
  CALL_UNKNOWN: { httpStatus: 404, retryable: false, next: "The call has ended already." },
  CALL_ID_TAKEN: { httpStatus: 409, retryable: false, next: "Choose another `callId`." },
  CALL_RUNNING: {
    httpStatus: 409,
    retryable: true,
    next: "Wait until the first call has ended, then ask again with the same key.",
  },
  IDEMPOTENCY_KEY_REUSED: { httpStatus: 409, retryable: false, next: "Use a new `Idempotency-Key` for every new call." },
  OUTCOME_UNKNOWN: {
    httpStatus: 502,
    retryable: false,
    next: "The connection was lost during the call; it may have run. Check before you repeat it.",
  },
  SERVER_ERROR: { httpStatus: 502, retryable: false, next: "The server refused the request; its message says why." },
  ANSWER_INVALID: {
    httpStatus: 502,
    retryable: false,
    next: "The call has run, and its answer cannot be used. Check before you repeat it; tell the server's maker.",
  },
  RESULT_TOO_LARGE: { httpStatus: 502, retryable: false, next: "Ask the tool for less." },
  // chat
  CONVERSATION_UNKNOWN: { httpStatus: 404, retryable: false, next: "Reload the list of conversations." },
  MESSAGE_UNKNOWN: { httpStatus: 404, retryable: false, next: "Reload the conversation." },
  CHAT_RUNNING: { httpStatus: 409, retryable: true, next: "Wait until the answer is there, or stop it." },
  CHAT_LIMIT: { httpStatus: 429, retryable: false, next: "Continue the answer, or ask for less; the message names the limit." },
  TOOL_ARGUMENTS_INVALID: {
    httpStatus: 422,
    retryable: false,
    next: "Correct the arguments that the message names, and call again; nothing was sent.",
  },
  MODEL_NOT_CONFIGURED: {
    httpStatus: 409,
    retryable: false,
    next: "Run tools yourself in the console, or ask the operator for a model (`endpoints.custom`).",
  },
  MODEL_UNKNOWN: { httpStatus: 404, retryable: false, next: "Pick one of the models in the list." },
  MODEL_CONTEXT_FULL: {
    httpStatus: 413,
    retryable: false,
    next: "Begin a new conversation, or ask the operator to set the model's `tokenConfig` context.",
  },
  MODEL_KEY_MISSING: { httpStatus: 409, retryable: false, next: "Enter your own key for this model's provider." },
  MODEL_KEY_REFUSED: { httpStatus: 502, retryable: false, next: "Whoever entered the key must correct it." },
  MODEL_RATE_LIMITED: { httpStatus: 429, retryable: true, next: "Wait as long as the message says, then continue the answer." },
  MODEL_REFUSED: { httpStatus: 502, retryable: false, next: "Change the message or the model." },
  MODEL_FAILED: { httpStatus: 502, retryable: true, next: "Continue the answer; if it stays, pick another model." },
  MODEL_STREAM_CUT: { httpStatus: 502, retryable: true, next: "What came is kept; continue the answer." },
  MODEL_TIMEOUT: { httpStatus: 504, retryable: true, next: "What came is kept; continue the answer, or pick another model." },
  SERVER_NOT_IN_CHAT: { httpStatus: 403, retryable: false, next: "The operator keeps this server out of chats; pick another." },
} as const satisfies Record<string, ErrorCodeRow>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** The body of every refused request. `details` is there for REQUEST_INVALID and TOOL_ARGUMENTS_INVALID. */
export interface ErrorBody {
  code: ErrorCode;
  message: string;
  next: string;
  retryable: boolean;
  requestId?: string;
  details?: readonly { path: string; expected: string; found?: string }[];
  /** Names of missing values, for USER_VARS_MISSING and ENV_MISSING. */
  missing?: readonly string[];
  /** Where a person signs in to the server, for OAUTH_REQUIRED. A page of this platform. */
  signInUrl?: string;
}

/** Why a sign-in by the OpenID provider may come back to the sign-in page, as `?problem=CODE`. */
export const OPENID_PROBLEMS = [
  "OPENID_UNAVAILABLE",
  "OPENID_REFUSED",
  "OPENID_DENIED",
  "OPENID_EMAIL_UNVERIFIED",
  "OPENID_ROLE_MISSING",
  "OPENID_NO_ACCOUNT",
  "SIGN_IN_REFUSED",
  "INTERNAL",
] as const satisfies readonly ErrorCode[];

export type OpenIdProblem = (typeof OPENID_PROBLEMS)[number];

export function isOpenIdProblem(code: string | null): code is OpenIdProblem {
  return (OPENID_PROBLEMS as readonly (string | null)[]).includes(code);
}
