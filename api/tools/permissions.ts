import type { ServerConfig } from "../../config/types.ts";
import type { AskReason } from "../../schemas/wire-functions.ts";
import { annotationsOf } from "../connections/tool-view.ts";
import { AppError } from "../errors/app-error.ts";
import type { McpTool } from "../mcp/session/tool-list.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Logger } from "../ports/logger.ts";
import type { ApprovalRecord } from "../ports/permission-store.ts";
import type { Stores } from "../ports/stores.ts";
import { type ApprovalAnswer, type Bound, type Question, questionOf } from "./approval-record.ts";
import { type Approvals, openApprovals } from "./approvals.ts";
import type { ArgumentChecks } from "./arguments/argument-checks.ts";
import { changeSince, classOf, keptDefinition, toolDigest } from "./definition-change.ts";
import { type CalledBy, type Case, judge, type Verdict } from "./judge.ts";
import { type Said, type SaidPermissions, saidPermissions } from "./said-permissions.ts";

/** A call right before it leaves. */
export interface WantedCall {
  readonly userId: string;
  readonly config: ServerConfig;
  readonly tool: McpTool;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly argumentDigest: string;
  readonly by: CalledBy;
  /** The id of one that the person gave for this call. */
  readonly approval?: string | undefined;
  /** That one was used for this call before: it began once more. @default false */
  readonly isApproved?: boolean;
  /** Whose call it is, in the caller's own words; the person's answer is found by it after a restart. */
  readonly context?: string | null | undefined;
}

export interface Permissions {
  /**
   * Lets a call pass or throws: TOOL_FORBIDDEN, APPROVAL_REQUIRED (the question is put before the person; its id is in
   * `details`, see `approvalIdOf`), APPROVAL_REFUSED. Without a promise where nothing has to be looked up or written.
   */
  admit(call: WantedCall): void | Promise<void>;
  /** Grows with every change: a call that has waited since it was let pass asks again. */
  readonly revision: number;
  /** What holds, without asking anybody. For lists, and for what a model is offered. */
  verdict(userId: string, config: ServerConfig, tool: McpTool, by: CalledBy): Promise<Verdict>;
  /**
   * A person's word on a call that waits; an "always" is kept for the function as it was asked about. Throws
   * TOOL_ARGUMENTS_INVALID for edited arguments that do not fit; then the question still stands.
   */
  answer(userId: string, id: string, answer: ApprovalAnswer): Promise<void>;
  readonly approvals: Omit<Approvals, "answer" | "ask" | "use">;
  readonly said: SaidPermissions;
  /** A server is gone: one of the same name that comes later begins anew. */
  forgetServer(server: string): Promise<void>;
  close(): void;
}

export interface PermissionsOptions {
  stores: Pick<Stores, "permissions" | "approvals">;
  clock: Clock;
  sink: Pick<EventSink, "serverSaid">;
  logger: Logger;
  argumentChecks: ArgumentChecks;
}

/** Who may run what: asked at the moment of the call, for chat, REST and console alike. */
export function openPermissions({ stores, clock, sink, logger, argumentChecks }: PermissionsOptions): Permissions {
  const said = saidPermissions({ store: stores.permissions, clock });
  const checkEdited = async (record: ApprovalRecord, edited: WantedCall["arguments"]) => {
    const { definition } = questionOf(record);
    if (definition === null) return;
    const { inputSchema } = JSON.parse(definition) as McpTool["definition"];
    await argumentChecks.check(record.server, { name: record.tool, inputSchema }, edited);
  };
  const approvals = openApprovals({ store: stores.approvals, clock, sink, logger, checkEdited });

  const caseOf = (own: Said, everyone: Said, config: ServerConfig, tool: McpTool, by: CalledBy): Case => ({
    tool: tool.name,
    by,
    policy: config.toolApproval,
    everyone: everyone.get(config.name)?.get(tool.name),
    own: own.get(config.name)?.get(tool.name),
    serverDigest: config.connectionDigest,
    toolDigest: toolDigest(tool),
  });
  const loaded = async (userId: string) =>
    [said.known(userId) ?? (await said.load(userId)), said.known(null) ?? (await said.load(null))] as const;

  const ask = async (call: WantedCall, given: Case, verdict: Extract<Verdict, { answer: "ask" }>) => {
    const { userId, config, tool, by, context = null } = call;
    const { own } = given;
    const change = verdict.why === "changed" && own !== undefined ? changeSince(own, given.serverDigest, tool) : null;
    if (change !== null) {
      const parts = change.parts.map(({ part }) => part);
      logger.warn({ userId, server: config.name, tool: tool.name, changed: parts, serverChanged: change.server }, DROPPED);
    }
    const question: Question = {
      title: tool.title,
      description: tool.description,
      toolClass: classOf(tool),
      annotations: annotationsOf(tool.annotations),
      why: verdict.why,
      message: wordsFor(verdict.why, config, tool),
      change,
      mayAllowAlways: verdict.mayAllowAlways,
      asksOnce: verdict.why === "default" && config.origin === "operator" && classOf(tool) === "read",
      definition: keptDefinition(tool),
    };
    const asked = { ...boundOf(call), arguments: call.arguments, context: by === "person" ? null : context, question };
    const { id } = await approvals.ask(asked);
    throw new AppError("APPROVAL_REQUIRED", question.message, {
      details: [{ path: APPROVAL_PATH, expected: id }],
    });
  };

  const decide = (call: WantedCall, own: Said, everyone: Said): void | Promise<void> => {
    const { config, tool, by, approval, isApproved = false } = call;
    const given = caseOf(own, everyone, config, tool, by);
    const verdict = judge(given);
    if (verdict.answer === "never") throw forbidden(config, tool, verdict.source);
    if (isApproved) return;
    // One that is named has to be good, even where none is needed: it is used up.
    if (approval !== undefined) return approvals.use(approval, boundOf(call));
    if (verdict.answer === "ask") return ask(call, given, verdict);
  };

  const keepAlways = async (approval: ApprovalRecord, { definition }: Question) => {
    const { userId, server, tool, serverDigest, toolDigest: digest } = approval;
    const bound = { userId, server, tool, serverDigest, toolDigest: digest, definition };
    await said.put([{ ...bound, permission: "always_allow", setAt: clock.now() }]);
    sink.serverSaid(userId, "mcp:permissions", { server });
  };

  return {
    admit(call) {
      const own = said.known(call.userId);
      const everyone = said.known(null);
      if (own !== null && everyone !== null) return decide(call, own, everyone);
      return loaded(call.userId).then(([mine, all]) => decide(call, mine, all));
    },
    get revision() {
      return said.revision;
    },
    async verdict(userId, config, tool, by) {
      const [own, everyone] = await loaded(userId);
      return judge(caseOf(own, everyone, config, tool, by));
    },
    async answer(userId, id, answer) {
      const approval = await approvals.answer(userId, id, answer);
      const question = questionOf(approval);
      const isAlways = answer.action === "allow_always" && question.mayAllowAlways;
      if (isAlways || (answer.action === "approve" && question.asksOnce)) await keepAlways(approval, question);
    },
    approvals,
    said,
    forgetServer: (server) => said.deleteByServer(server),
    close: () => approvals.close(),
  };
}

const APPROVAL_PATH = "/approval";
const DROPPED = "a function changed since a person allowed it; it is asked again";

/** The question that APPROVAL_REQUIRED put before the person; null for other failures. */
export function approvalIdOf(error: unknown): string | null {
  if (!(error instanceof AppError) || error.code !== "APPROVAL_REQUIRED") return null;
  return error.details?.find(({ path }) => path === APPROVAL_PATH)?.expected ?? null;
}

function boundOf({ userId, config, tool, argumentDigest }: WantedCall): Bound {
  const digests = { serverDigest: config.connectionDigest, toolDigest: toolDigest(tool), argumentDigest };
  return { userId, server: config.name, tool: tool.name, ...digests };
}

const NEVER_WORDS = {
  you: "you set it to never",
  operator: "the operator does not allow it",
  admin: "an admin does not allow it",
};

function forbidden(config: ServerConfig, tool: McpTool, source: keyof typeof NEVER_WORDS): AppError {
  const reason = source === "operator" ? reasonOf(config, tool) : null;
  const told = `"${tool.name}" of ${config.name} does not run: ${reason ?? NEVER_WORDS[source]}`;
  return new AppError("TOOL_FORBIDDEN", told);
}

function wordsFor(why: AskReason, config: ServerConfig, tool: McpTool): string {
  const what = `"${tool.name}" of ${config.name}`;
  const reason = why === "operator" ? reasonOf(config, tool) : null;
  const words = {
    default: `${what} runs when you approve it`,
    changed: `${what} changed since you allowed it, so it is asked again`,
    you: `${what} is asked every time, as you set it`,
    operator: `${what} is asked every time: ${reason ?? "the operator wants it so"}`,
    admin: `${what} is asked every time: an admin wants it so`,
  };
  return words[why];
}

function reasonOf({ toolApproval }: ServerConfig, { name }: McpTool): string | null {
  return toolApproval?.reason?.replaceAll("{tool}", () => name) ?? null;
}
