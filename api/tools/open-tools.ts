import type { LiveConnections } from "../connections/live-connections.ts";
import type { Limits } from "../limits.ts";
import type { OutputChecks } from "../mcp/output/output-checks.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import type { Stores } from "../ports/stores.ts";
import type { ServerDirectory } from "../servers/server-directory.ts";
import { argumentChecks } from "./arguments/argument-checks.ts";
import { type CallJournal, openCallJournal } from "./call-journal.ts";
import { createFunctions, type Functions } from "./functions.ts";
import { idempotentCalls } from "./idempotent-calls.ts";
import { type InstructionBook, instructionBook } from "./instruction-book.ts";
import { liveToolCalls } from "./live-tool-calls.ts";
import { meteredCalls } from "./metered-calls.ts";
import { openPermissions, type Permissions } from "./permissions.ts";
import type { ToolCalls } from "./tool-calls.ts";

export interface ToolsOptions {
  stores: Pick<Stores, "calls" | "permissions" | "approvals" | "instructions">;
  directory: Pick<ServerDirectory, "get">;
  connections: Pick<LiveConnections, "use">;
  checks: Pick<OutputChecks, "check">;
  clock: Clock;
  sink: EventSink;
  logger: Logger;
  meter: Meter;
  limits: Limits;
}

export interface Tools {
  journal: CallJournal;
  permissions: Permissions;
  instructions: InstructionBook;
  calls: ToolCalls;
  functions: Functions;
  /** A server is gone: one of the same name that comes later begins anew. */
  forgetServer(server: string): Promise<void>;
}

/** Everything a call goes through, whoever makes it. */
export async function openTools(options: ToolsOptions): Promise<Tools> {
  const { stores, clock, logger } = options;
  const checked = argumentChecks(options.checks);
  const journal = await openCallJournal({ store: stores.calls, clock, logger });
  const permissions = openPermissions({ ...options, argumentChecks: checked });
  const live = liveToolCalls({ ...options, journal, permissions, argumentChecks: checked });
  const instructions = instructionBook({ store: stores.instructions, clock, logger });
  const calls = idempotentCalls(meteredCalls(live, options), options);
  return {
    journal,
    permissions,
    instructions,
    calls,
    functions: createFunctions({ ...options, instructions, said: permissions.said, calls }),
    async forgetServer(server) {
      await permissions.forgetServer(server);
      await instructions.forgetServer(server);
    },
  };
}
