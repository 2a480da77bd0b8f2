export interface ToolAnnotationsView {
  title?: string;
  readOnlyHint?: boolean;
  destructiveHint?: boolean;
  idempotentHint?: boolean;
  openWorldHint?: boolean;
}

export const PERMISSIONS = ["ask", "always_allow", "never"] as const;
/** What may become of a model's wish to call a function. */
export type Permission = (typeof PERMISSIONS)[number];

/** By what the server itself says, which nobody vouches for: what it says nothing about counts as destructive. */
export const TOOL_CLASSES = ["read", "write", "destructive"] as const;
export type ToolClass = (typeof TOOL_CLASSES)[number];

/** Who decided what holds: nobody yet, the person, the operator's file, or an admin. */
export const PERMISSION_SOURCES = ["default", "you", "operator", "admin"] as const;
export type PermissionSource = (typeof PERMISSION_SOURCES)[number];

/** What is different about a function since a person allowed it; text of a stranger. */
export interface DefinitionChange {
  /** The operator changed how the server is reached. */
  server: boolean;
  /** `before` is null where it was not there, or was too large to keep. */
  parts: readonly { part: string; before: unknown; after: unknown }[];
}

/** One function of a server with what holds for it. Times are epoch milliseconds. */
export interface FunctionView {
  tool: string;
  title: string | null;
  description: string | null;
  toolClass: ToolClass;
  annotations: ToolAnnotationsView;
  /** Of the definition as it is now: what is set is set for this one. */
  digest: string;
  /** What holds now. An `always_allow` that no longer fits is `ask`. */
  permission: Permission;
  source: PermissionSource;
  /** What this person chose, whether it holds or not; null when nothing. */
  chosen: Permission | null;
  /** An admin's word for everybody; null when there is none. */
  everyone: Permission | null;
  /** False: it is asked every time, or never runs, whatever this person chooses. */
  mayChoose: boolean;
  /** What changed since this person allowed it; null when nothing did. */
  change: DefinitionChange | null;
  /** What was found in its texts that hides from readers. */
  findings: readonly string[];
}

/** What a server says of how its tools want to be used, as models are told it. */
export interface InstructionsView {
  /** Counts its changes from 1, for each person. */
  version: number;
  text: string;
  /** Of the version before; null for the first. */
  before: string | null;
  /** Epoch milliseconds: when this version was first seen. */
  seenAt: number;
  /** What was found in it that hides from readers, and what was left out. */
  findings: readonly string[];
}

export const APPROVAL_STATES = ["pending", "approved", "rejected", "used", "expired", "withdrawn"] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** Why a person is asked: nobody said anything yet; it changed since they allowed it; or who set it to ask. */
export const ASK_REASONS = ["default", "changed", "you", "operator", "admin"] as const;
export type AskReason = (typeof ASK_REASONS)[number];

/** A call that waits for a person's word. Times are epoch milliseconds. */
export interface ApprovalView {
  id: string;
  server: string;
  tool: string;
  title: string | null;
  description: string | null;
  toolClass: ToolClass;
  annotations: ToolAnnotationsView;
  arguments: Readonly<Record<string, unknown>>;
  /** Whose call it is, for example a message of a chat; null for calls people make themselves. */
  context: string | null;
  why: AskReason;
  /** For people. */
  message: string;
  change: DefinitionChange | null;
  mayAllowAlways: boolean;
  /** A plain yes holds until the function changes: the server says that it only reads. */
  asksOnce: boolean;
  createdAt: number;
  /** From then on nobody can answer any more. */
  expiresAt: number;
}
