import { CHAT_VIEW_SCHEMAS } from "./chat-views.ts";
import { ERROR_CODES } from "./error-codes.ts";
import { type JsonSchema, listOf, object } from "./routes/route-spec.ts";
import { CALL_STATES, CONNECTION_STATES, LOG_LEVELS, SIGN_IN_STATES } from "./wire.ts";
import { ASK_REASONS, PERMISSION_SOURCES, PERMISSIONS, TOOL_CLASSES } from "./wire-functions.ts";

const string = { type: "string" };
const nullableString = { type: ["string", "null"] };
const boolean = { type: "boolean" };
const time = { type: "integer", description: "Epoch milliseconds." };
const nullableTime = { type: ["integer", "null"], description: "Epoch milliseconds." };
const GRANT = {
  server: string,
  issuer: { type: "string", description: "The authorization server." },
  scopes: listOf(string),
  grantedAt: time,
  refreshedAt: nullableTime,
  expiresAt: { ...nullableTime, description: "End of the present access token; it is renewed by itself before." },
};
const SAMPLING_TERMS = object({
  model: {
    oneOf: [{ type: "null" }, object({ endpoint: string, model: string })],
    description: "The only one it may have; null: the person picks.",
  },
  maxTokens: { type: "integer", description: "Tokens the answer may have." },
  left: { type: "integer", description: "Requests this server has left within the hour." },
});
const anyObject = { type: "object" };
const CHANGE: JsonSchema = object({
  server: { type: "boolean", description: "The operator changed how the server is reached." },
  parts: listOf(object({ part: string, before: {}, after: {} })),
});

/** The JSON Schemas of what `wire.ts` types: the components of the OpenAPI document. */
export const VIEW_SCHEMAS: Record<string, JsonSchema> = {
  ...CHAT_VIEW_SCHEMAS,
  Error: object(
    {
      code: { enum: Object.keys(ERROR_CODES) },
      message: string,
      next: { type: "string", description: "What to do about it." },
      retryable: boolean,
      requestId: string,
      missing: listOf(string),
      signInUrl: { type: "string", description: "Where a person signs in to the server, for OAUTH_REQUIRED." },
      details: listOf(object({ path: string, expected: string, found: string }, { optional: ["found"] })),
    },
    { optional: ["requestId", "details", "missing", "signInUrl"] },
  ),
  User: object({
    id: string,
    email: string,
    name: string,
    role: { enum: ["ADMIN", "USER"] },
    disabled: boolean,
    createdAt: time,
    hasPassword: { ...boolean, description: "False for people who have none yet, or sign in by an OpenID provider only." },
  }),
  ApiKey: object({ id: string, name: string, createdAt: time, lastUsedAt: nullableTime, expiresAt: nullableTime }),
  ConnectionStatus: object({
    server: string,
    state: { enum: [...CONNECTION_STATES] },
    reason: {
      oneOf: [{ type: "null" }, object({ code: string, message: string, missing: listOf(string) }, { optional: ["missing"] })],
    },
    since: time,
    retryAt: nullableTime,
    warnings: listOf(object({ code: string, message: string })),
    version: { type: "integer", description: "Grows with every change within one epoch." },
  }),
  Server: object({
    name: string,
    title: string,
    description: nullableString,
    iconPath: nullableString,
    transport: { enum: ["stdio", "sse", "streamable-http", "websocket"] },
    startup: boolean,
    chatMenu: boolean,
    requiresOAuth: boolean,
    source: { enum: ["operator", "ui"] },
    canEdit: boolean,
    url: { ...nullableString, description: "For admins, as written; null for programs." },
    package: { ...nullableString, description: "For admins: the package a program is fetched from, as written." },
    userVars: listOf(object({ name: string, title: string, description: string, sensitive: boolean, set: boolean })),
  }),
  Tool: object({
    name: string,
    pluginKey: string,
    title: nullableString,
    description: nullableString,
    inputSchema: anyObject,
    outputSchema: { type: ["object", "null"] },
    annotations: anyObject,
  }),
  ToolCallAnswer: object({
    callId: string,
    server: string,
    tool: string,
    isError: { type: "boolean", description: "The tool's own word: an answer, not a failure of the call." },
    content: listOf(anyObject),
    structuredContent: {},
    durationMs: { type: "integer" },
  }),
  Function: object({
    tool: string,
    title: nullableString,
    description: nullableString,
    toolClass: { enum: [...TOOL_CLASSES], description: "By the server's own hints, which nobody vouches for." },
    annotations: anyObject,
    digest: { type: "string", description: "Of the definition as it is now." },
    permission: { enum: [...PERMISSIONS], description: "What holds now." },
    source: { enum: [...PERMISSION_SOURCES], description: "Who decided that." },
    chosen: { enum: [...PERMISSIONS, null], description: "What you chose, whether it holds or not." },
    everyone: { enum: [...PERMISSIONS, null], description: "An admin's word." },
    mayChoose: boolean,
    change: { oneOf: [{ type: "null" }, CHANGE] },
    findings: listOf(string),
  }),
  Instructions: object({
    version: { type: "integer", description: "Counts its changes from 1." },
    text: { type: "string", description: "As models are told it, 8 KB at most." },
    before: { ...nullableString, description: "Of the version before." },
    seenAt: time,
    findings: listOf(string),
  }),
  Approval: object({
    id: string,
    server: string,
    tool: string,
    title: nullableString,
    description: nullableString,
    toolClass: { enum: [...TOOL_CLASSES] },
    annotations: anyObject,
    arguments: anyObject,
    context: { ...nullableString, description: "Whose call it is; null for calls people make themselves." },
    why: { enum: [...ASK_REASONS] },
    message: string,
    change: { oneOf: [{ type: "null" }, CHANGE] },
    mayAllowAlways: boolean,
    asksOnce: { type: "boolean", description: "A plain yes holds until the function changes." },
    createdAt: time,
    expiresAt: time,
  }),
  Call: object({
    id: string,
    callId: string,
    server: string,
    tool: string,
    toolDigest: { type: "string", description: "SHA-256 of the tool's definition as the server gave it then." },
    argumentDigest: { type: "string", description: "SHA-256 of the arguments." },
    state: { enum: [...CALL_STATES], description: "`unknown`: it was sent and no answer came; it may have run." },
    startedAt: time,
    endedAt: nullableTime,
    code: nullableString,
  }),
  Rollout: object({
    server: string,
    state: { enum: ["running", "stopping", "stopped", "done"] },
    total: { type: "integer" },
    done: { type: "integer" },
    failed: { type: "integer", description: "Those whose new connection failed; their old one stays in use." },
    startedAt: time,
    endedAt: nullableTime,
  }),
  ServerRequest: object({
    id: string,
    server: string,
    kind: { enum: ["elicitation", "sampling"] },
    params: { type: "object", description: "As the server sent them." },
    terms: {
      description: "What a request for a model's words may take; null for every other.",
      oneOf: [{ type: "null" }, SAMPLING_TERMS],
    },
    holdsCall: {
      type: "boolean",
      description: "A call was refused until this page is visited: accepting says that it was, and sends the call once more.",
    },
    createdAt: time,
    expiresAt: time,
  }),
  SignIn: object({
    flowId: string,
    server: string,
    state: { enum: [...SIGN_IN_STATES] },
    authorizationUrl: { ...nullableString, description: "Where to send this browser." },
    authorizationHost: nullableString,
    shareUrl: { type: "string", description: "From where the same person can sign in on another device." },
    scopes: listOf(string),
    createdAt: time,
    expiresAt: time,
    code: nullableString,
    message: nullableString,
  }),
  Grant: object(GRANT),
  PersonGrant: object({ userId: string, name: nullableString, email: nullableString, ...GRANT }),
  ServerLogMessage: object({ at: time, level: { enum: [...LOG_LEVELS] }, logger: nullableString, data: {} }),
  Problem: object(
    {
      severity: { enum: ["error", "warning"] },
      code: string,
      message: string,
      file: string,
      line: { type: ["integer", "null"] },
      column: { type: ["integer", "null"] },
      path: string,
      server: nullableString,
      expected: string,
      found: string,
      suggestion: string,
    },
    { optional: ["expected", "found", "suggestion"] },
  ),
};
