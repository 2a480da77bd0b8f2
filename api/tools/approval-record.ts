import type { ApprovalView, AskReason, DefinitionChange, ToolAnnotationsView, ToolClass } from "../../schemas/wire-functions.ts";
import type { ApprovalChange, ApprovalRecord } from "../ports/permission-store.ts";
import { digestOf } from "./digest.ts";

/** What an approval is good for: nothing else. */
export type Bound = Pick<ApprovalRecord, "userId" | "server" | "tool" | "serverDigest" | "toolDigest" | "argumentDigest">;

/** What the person is shown beside the arguments. */
export interface Question {
  readonly title: string | null;
  readonly description: string | null;
  readonly toolClass: ToolClass;
  readonly annotations: ToolAnnotationsView;
  readonly why: AskReason;
  readonly message: string;
  readonly change: DefinitionChange | null;
  readonly mayAllowAlways: boolean;
  readonly asksOnce: boolean;
  /** As the server gave it when it was asked about: an "always" is for this one. */
  readonly definition: string | null;
}

export interface NewApproval extends Bound {
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly context: string | null;
  readonly question: Question;
}

/** What a person says. `arguments` takes the place of those that were asked about. */
export type ApprovalAnswer =
  | { readonly action: "approve" | "allow_always"; readonly arguments?: Readonly<Record<string, unknown>> }
  | { readonly action: "reject"; readonly reason?: string };

export function boundTo(approval: Bound, call: Bound): boolean {
  return (
    approval.userId === call.userId &&
    approval.server === call.server &&
    approval.tool === call.tool &&
    approval.serverDigest === call.serverDigest &&
    approval.toolDigest === call.toolDigest &&
    approval.argumentDigest === call.argumentDigest
  );
}

export function answered(answer: ApprovalAnswer, useUntil: number, now: number): ApprovalChange {
  if (answer.action === "reject") return { state: "rejected", reason: answer.reason ?? null, arguments: null, endedAt: now };
  const { arguments: edited } = answer;
  const changed = edited === undefined ? {} : { arguments: JSON.stringify(edited), argumentDigest: digestOf(edited) };
  return { state: "approved", expiresAt: useUntil, ...changed };
}

export function questionOf({ question }: ApprovalRecord): Question {
  return JSON.parse(question) as Question;
}

export function viewOf(record: ApprovalRecord): ApprovalView {
  const { definition: _definition, ...shown } = questionOf(record);
  const { id, server, tool, context, createdAt, expiresAt } = record;
  return { id, server, tool, context, ...shown, arguments: JSON.parse(record.arguments ?? "{}"), createdAt, expiresAt };
}
