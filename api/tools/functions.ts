import type { ServerConfig } from "../../config/types.ts";
import type { FunctionView, InstructionsView, Permission, PermissionSource } from "../../schemas/wire-functions.ts";
import type { LiveConnections } from "../connections/live-connections.ts";
import { annotationsOf } from "../connections/tool-view.ts";
import { AppError } from "../errors/app-error.ts";
import type { McpTool } from "../mcp/session/tool-list.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { PermissionRecord } from "../ports/permission-store.ts";
import { isToolOffered } from "../servers/access.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import { changeSince, classOf, keptDefinition, toolDigest } from "./definition-change.ts";
import { digestOf } from "./digest.ts";
import type { InstructionBook } from "./instruction-book.ts";
import { judge, type Verdict } from "./judge.ts";
import { toolFindings } from "./model-tools.ts";
import type { SaidPermissions } from "./said-permissions.ts";
import type { ToolCalls } from "./tool-calls.ts";

/** What somebody sets for one function; null takes back what was set. */
export interface FunctionChoice {
  readonly tool: string;
  readonly permission: Permission | null;
  /** Of the function as they saw it; an `always_allow` needs it. */
  readonly digest?: string;
}

export interface ChoiceOutcome {
  /** Calls that had begun and not left yet: they do not run any more. */
  readonly stopped: number;
  /** Those that had left: they finish. */
  readonly running: number;
}

export interface FunctionList {
  readonly functions: readonly FunctionView[];
  readonly instructions: InstructionsView | null;
}

/** What people see and set of a server's functions. */
export interface Functions {
  /** Connects first where there is no connection yet. */
  list(who: Principal, server: string): Promise<FunctionList>;
  /**
   * Sets exactly the functions that are named, all or none: one that comes later is not covered. FUNCTION_CHANGED when
   * one is no longer what was seen. `everyone`: an admin's word, which is `ask` or `never`.
   */
  choose(
    who: Principal,
    server: string,
    wanted: { choices: readonly FunctionChoice[]; everyone?: boolean },
  ): Promise<ChoiceOutcome>;
}

export interface FunctionsOptions {
  directory: Pick<ServerDirectory, "get">;
  connections: Pick<LiveConnections, "use">;
  instructions: Pick<InstructionBook, "look">;
  said: SaidPermissions;
  calls: Pick<ToolCalls, "stopUnsent">;
  clock: Clock;
  sink: Pick<EventSink, "serverSaid">;
  logger: Logger;
}

export function createFunctions({
  directory,
  connections,
  instructions,
  said,
  calls,
  clock,
  sink,
  logger,
}: FunctionsOptions): Functions {
  const listed = (who: Principal, server: string) =>
    connections.use({ who, server }, async (session, config) => {
      const tools = await session.freshTools();
      return {
        config,
        told: session.instructions,
        tools: new Map([...tools].filter(([name]) => isToolOffered(config.access, name))),
      };
    });
  const views = async (who: Principal, config: ServerConfig, tools: ReadonlyMap<string, McpTool>) => {
    const own = (await said.load(who.userId)).get(config.name);
    const everyone = (await said.load(null)).get(config.name);
    return [...tools.values()].map((tool) => functionView(config, tool, own?.get(tool.name), everyone?.get(tool.name)));
  };
  return {
    async list(who, server) {
      const { config, told, tools } = await listed(who, server);
      const seen = await instructions.look(who.userId, config, told);
      return { functions: await views(who, config, tools), instructions: seen === null ? null : instructionsView(seen) };
    },
    async choose(who, server, { choices, everyone = false }) {
      checkWord(who, choices, everyone);
      // Only who allows has to see what: a no is taken while the server is away, too.
      const isAllowing = choices.some(({ permission }) => permission === "always_allow");
      const { config, tools } = isAllowing ? await listed(who, server) : { config: directory.get(who, server), tools: NO_TOOLS };
      const userId = everyone ? null : who.userId;
      const setAt = clock.now();
      const kept = choices.flatMap(({ tool, permission, digest }): PermissionRecord[] => {
        if (permission === null) return [];
        const bound =
          permission === "always_allow" ? allowed(tool, config, tools.get(tool), digest) : { toolDigest: "", definition: null };
        return [{ userId, server: config.name, tool, permission, serverDigest: config.connectionDigest, ...bound, setAt }];
      });
      const known = (await said.load(userId)).get(config.name);
      if (kept.length + (known?.size ?? 0) > MAX_KEPT && kept.some(({ tool }) => known?.has(tool) !== true))
        throw new AppError("LIMIT_REACHED", `more than ${MAX_KEPT} functions of one server cannot be set`);
      const cleared = choices.filter(({ permission }) => permission === null).map(({ tool }) => tool);
      if (cleared.length > 0) await said.remove(userId, config.name, cleared);
      if (kept.length > 0) await said.put(kept);
      const stopping = kept.filter(({ permission }) => permission !== "always_allow").map(({ tool }) => tool);
      const ended = calls.stopUnsent(userId, config.name, stopping);
      const set = Object.fromEntries(choices.map(({ tool, permission }) => [tool, permission]));
      logger.info({ userId: who.userId, server: config.name, everyone, set, ...ended }, "what functions may do was set");
      sink.serverSaid(who.userId, "mcp:permissions", { server: config.name });
      return ended;
    },
  };
}

const NO_TOOLS: ReadonlyMap<string, McpTool> = new Map();
/** Of one server; more tools than that are not read. */
const MAX_KEPT = 2_000;

/** Of a function as people see it: another server's is another one, word for word the same or not. */
function seenDigest(config: ServerConfig, tool: McpTool): string {
  return digestOf([config.connectionDigest, toolDigest(tool)]);
}

function allowed(name: string, config: ServerConfig, tool: McpTool | undefined, seen: string | undefined) {
  if (tool === undefined) throw new AppError("TOOL_UNKNOWN", `the server has no tool "${name}"`);
  const now = toolDigest(tool);
  if (seen !== seenDigest(config, tool))
    throw new AppError("FUNCTION_CHANGED", `"${name}" is not what you saw any more; nothing was set`);
  return { toolDigest: now, definition: keptDefinition(tool) };
}

function checkWord(who: Principal, choices: readonly FunctionChoice[], everyone: boolean): void {
  if (!everyone) return;
  if (who.role !== "ADMIN") throw new AppError("ADMIN_REQUIRED", "only admins decide for everybody");
  const at = choices.findIndex(({ permission }) => permission === "always_allow");
  if (at === -1) return;
  const details = [{ path: `/choices/${at}/permission`, expected: "ask, never or null: allowing is each person's own word" }];
  throw new AppError("REQUEST_INVALID", "nobody can be made to allow a function", { details });
}

function functionView(
  config: ServerConfig,
  tool: McpTool,
  own: PermissionRecord | undefined,
  everyone: PermissionRecord | undefined,
): FunctionView {
  const digests = { serverDigest: config.connectionDigest, toolDigest: toolDigest(tool) };
  const given = { tool: tool.name, by: "model", policy: config.toolApproval, everyone, ...digests } as const;
  const verdict = judge({ ...given, own });
  return {
    tool: tool.name,
    title: tool.title,
    description: tool.description,
    toolClass: classOf(tool),
    annotations: annotationsOf(tool.annotations),
    digest: seenDigest(config, tool),
    ...heldBy(verdict),
    chosen: own?.permission ?? null,
    everyone: everyone?.permission ?? null,
    mayChoose: isOpen(judge({ ...given, own: undefined })),
    change: own?.permission === "always_allow" ? changeSince(own, digests.serverDigest, tool) : null,
    findings: toolFindings(tool),
  };
}

function instructionsView({ version, text, before, seenAt, findings }: InstructionsView): InstructionsView {
  return { version, text, before, seenAt, findings };
}

function isOpen(verdict: Verdict): boolean {
  return verdict.answer === "allow" || (verdict.answer === "ask" && verdict.mayAllowAlways);
}

function heldBy(verdict: Verdict): { permission: Permission; source: PermissionSource } {
  if (verdict.answer === "allow") return { permission: "always_allow", source: verdict.source };
  if (verdict.answer === "never") return { permission: "never", source: verdict.source };
  return { permission: "ask", source: verdict.why === "changed" ? "you" : verdict.why };
}
