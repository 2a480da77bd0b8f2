import type { ChatNews } from "./chat-wire.ts";
import type { ErrorCode } from "./error-codes.ts";
import type { ServerRequestView } from "./wire-asks.ts";
import type { ApprovalState, ApprovalView, ToolAnnotationsView } from "./wire-functions.ts";

/** The six states a person sees; the words are those of the YAML world. */
export const CONNECTION_STATES = ["connected", "oauth_required", "disconnected", "initializing", "error", "cancelling"] as const;
export type ConnectionState = (typeof CONNECTION_STATES)[number];

/** Why a connection is where it is. A stable code; `message` is for people and may change. */
export interface StatusReason {
  code: ErrorCode | "NOT_CONNECTED_YET" | "DISCONNECTED_BY_USER" | "IDLE" | "STOPPED" | "CONFIG_CHANGED" | "SIGNING_IN";
  message: string;
  /** Names of values that are missing, for `USER_VARS_MISSING` and `ENV_MISSING`. */
  missing?: readonly string[];
}

/** What is not right about a server that is connected. A stable code; `message` is for people and may hold words of the server. */
export interface StatusWarning {
  code: /** It sends more messages than are read; some are dropped. */
    | "NOISY"
    /** It says that it has tools, and does not list them. */
    | "TOOLS_NOT_LISTED"
    /** Some of its tools cannot be used, or its list does not end. */
    | "TOOLS_LEFT_OUT"
    /** Its streams, or answers, do not begin: something between may buffer them. */
    | "ANSWERS_HELD_BACK"
    /** It was ended for the memory it held, and started again. */
    | "RESTARTED"
    /** Its entry was changed and cannot be connected as it is now; the connection from before goes on. */
    | "ENTRY_NOT_IN_USE";
  message: string;
}

/** Where one user's connection to one server stands. Times are epoch milliseconds. */
export interface ConnectionStatus {
  server: string;
  state: ConnectionState;
  reason: StatusReason | null;
  since: number;
  retryAt: number | null;
  /** Only while it is connected. */
  warnings: readonly StatusWarning[];
  /** Grows with every change for this (user, server) in this `epoch`; a lower one is stale. */
  version: number;
}

/** All of one user's statuses at once. `epoch` changes when the server process does: then versions start again. */
export interface StatusSnapshot {
  epoch: string;
  statuses: readonly ConnectionStatus[];
}

export interface CallProgress {
  callId: string;
  server: string;
  tool: string;
  progress: number;
  total: number | null;
  message: string | null;
}

/** One server reinitialized for everybody, connection by connection. Times are epoch milliseconds. */
export interface Rollout {
  server: string;
  state: "running" | "stopping" | "stopped" | "done";
  total: number;
  done: number;
  /** Those whose new connection failed; their old one stays in use. */
  failed: number;
  startedAt: number;
  endedAt: number | null;
}

export const LOG_LEVELS = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A message a server sent for the log of one person's connection. */
export interface ServerLogView {
  at: number;
  level: LogLevel;
  logger: string | null;
  /** As the server sent it; a text when it was too long. */
  data: unknown;
}

export const SIGN_IN_STATES = ["pending", "done", "failed", "cancelled", "expired"] as const;
export type SignInState = (typeof SIGN_IN_STATES)[number];

/** One sign-in of this person's at a server. Times are epoch milliseconds. */
export interface SignIn {
  flowId: string;
  server: string;
  state: SignInState;
  /** Where to send this browser; null once it has ended, and for a browser that did not begin it. */
  authorizationUrl: string | null;
  /** Who will ask for the password: host and port of that address. */
  authorizationHost: string | null;
  /** A page of this platform from which the same person can sign in on another device, for copying and a QR code. */
  shareUrl: string;
  /** What is asked for; empty when that is left to the server. */
  scopes: readonly string[];
  createdAt: number;
  expiresAt: number;
  /** Why it did not succeed. */
  code: ErrorCode | null;
  message: string | null;
}

export interface SignInNews {
  flowId: string;
  server: string;
  state: SignInState;
  code: ErrorCode | null;
  message: string | null;
}

/** A sign-in that holds. Never the tokens. Times are epoch milliseconds. */
export interface GrantView {
  server: string;
  /** The authorization server. */
  issuer: string;
  scopes: readonly string[];
  grantedAt: number;
  refreshedAt: number | null;
  /** End of the present access token; it is renewed by itself before. */
  expiresAt: number | null;
}

/** For admins. `name` and `email` are null where the host platform keeps people. */
export interface PersonGrantView extends GrantView {
  userId: string;
  name: string | null;
  email: string | null;
}

/** What one person's servers, and their conversations, say by themselves. */
export interface ServerNews extends ChatNews {
  /** A watched resource changed: read it again. */
  "mcp:resource": { server: string; uri: string };
  /** The list of resources or templates changed: fetch it again. */
  "mcp:resources": { server: string };
  "mcp:prompts": { server: string };
  /** News, not state: the ring behind `/log` has them all. */
  "mcp:log": { server: string; message: ServerLogView };
  "mcp:server-request": ServerRequestView;
  /** A page a server had asked to visit says it is done with; `elicitationId` is the one in the request's `params`. */
  "mcp:visit-ended": { server: string; elicitationId: string };
  /** A sign-in of theirs changed, in whichever tab it was begun. */
  "mcp:sign-in": SignInNews;
  /** They signed in or out at this server, or their sign-in has ended: fetch the grants again. */
  "mcp:grants": { server: string };
  /** A call waits for this person's word. */
  "mcp:approval": ApprovalView;
  "mcp:approval-ended": { id: string; server: string; tool: string; state: Exclude<ApprovalState, "pending" | "used"> };
  /** What this person set for functions of a server changed: fetch it again. */
  "mcp:permissions": { server: string };
  "mcp:server-request-ended": { id: string; server: string; how: "answered" | "expired" | "withdrawn" };
}

type NewsEvents = { [Name in keyof ServerNews]: (event: ServerNews[Name]) => void };

/** Server to browser. Every event goes to the sockets of one user, `config:problems` to those of admins. */
export interface ServerToClientEvents extends NewsEvents {
  "mcp:snapshot": (snapshot: StatusSnapshot) => void;
  "mcp:status": (event: { epoch: string; status: ConnectionStatus }) => void;
  /** The set or description of servers changed: fetch it again. */
  "mcp:servers": (event: { revision: number }) => void;
  /** One server's tool list changed: fetch it again. */
  "mcp:tools": (event: { server: string }) => void;
  "mcp:progress": (event: CallProgress) => void;
  "config:problems": (event: { revision: number; errors: number; warnings: number }) => void;
  /** To admins. */
  "mcp:rollout": (rollout: Rollout) => void;
  /** This browser's session ended (signed out everywhere, account removed): go to sign-in. */
  "session:ended": (event: { reason: "signed_out" | "account_removed" }) => void;
}

export type Ack<T = undefined> = { ok: true; value: T } | { ok: false; code: ErrorCode };

/** Browser to server: only one thing, asking again for the truth. */
export interface ClientToServerEvents {
  "mcp:hello": (ack: (answer: Ack<StatusSnapshot>) => void) => void;
}

export type Role = "ADMIN" | "USER";

export interface UserView {
  id: string;
  email: string;
  name: string;
  role: Role;
  disabled: boolean;
  createdAt: number;
  hasPassword: boolean;
}

export interface ApiKeyView {
  id: string;
  name: string;
  createdAt: number;
  lastUsedAt: number | null;
  expiresAt: number | null;
}

/** A config problem as admins see it. `line` and `column` count from 1. */
export interface ProblemView {
  severity: "error" | "warning";
  code: string;
  message: string;
  file: string;
  line: number | null;
  column: number | null;
  /** JSON-pointer-like path, for example `/mcpServers/github/timeout`. */
  path: string;
  server: string | null;
  expected?: string;
  found?: string;
  suggestion?: string;
}

/** A value each user enters for one server. Never carries the value. */
export interface UserVarView {
  name: string;
  title: string;
  description: string;
  sensitive: boolean;
  set: boolean;
}

/** One server as the panel shows it. Nothing here is secret; a URL only for admins. */
export interface ServerView {
  name: string;
  title: string;
  description: string | null;
  iconPath: string | null;
  transport: "stdio" | "sse" | "streamable-http" | "websocket";
  startup: boolean;
  chatMenu: boolean;
  requiresOAuth: boolean;
  source: "operator" | "ui";
  canEdit: boolean;
  url: string | null;
  /** For admins: what a program is fetched from, with its version as written; null where nothing is fetched. */
  package: string | null;
  userVars: readonly UserVarView[];
}

export interface ToolView {
  name: string;
  /** What a model sees: `<tool>_mcp_<server>`. */
  pluginKey: string;
  title: string | null;
  description: string | null;
  inputSchema: Record<string, unknown>;
  outputSchema: Record<string, unknown> | null;
  annotations: ToolAnnotationsView;
}

/** What a tool answered; `content` holds MCP content blocks as the server sent them. */
export interface ToolCallAnswer {
  callId: string;
  server: string;
  tool: string;
  isError: boolean;
  content: readonly Record<string, unknown>[];
  structuredContent: unknown;
  durationMs: number;
}

/**
 * How a call stands in the journal. `unknown`: it was sent and no answer came, because the connection was lost, time ran
 * out, or the process ended; it may have run.
 */
export const CALL_STATES = ["running", "done", "failed", "cancelled", "unknown"] as const;
export type CallState = (typeof CALL_STATES)[number];

/** One line of the call journal. Digests are SHA-256 in hex; times are epoch milliseconds. */
export interface CallView {
  id: string;
  callId: string;
  server: string;
  tool: string;
  /** Of the tool's definition as the server gave it then. */
  toolDigest: string;
  argumentDigest: string;
  state: CallState;
  startedAt: number;
  endedAt: number | null;
  code: ErrorCode | null;
}
