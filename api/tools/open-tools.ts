import type { LiveConnections } from "../connections/live-connections.ts";
import type { Limits } from "../limits.ts";
import type { OutputChecks } from "../mcp/output/output-checks.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Logger } from "../ports/logger.ts";
import type { Meter } from "../ports/meter.ts";
import type { Stores } from "../ports/stores.ts";
import { argumentChecks } from "./arguments/argument-checks.ts";
import { type CallJournal, openCallJournal } from "./call-journal.ts";
import { idempotentCalls } from "./idempotent-calls.ts";
import { liveToolCalls } from "./live-tool-calls.ts";
import { meteredCalls } from "./metered-calls.ts";
import { openPermissions, type Permissions } from "./permissions.ts";
import type { ToolCalls } from "./tool-calls.ts";

export interface ToolsOptions {
  stores: Pick<Stores, "calls" | "permissions" | "approvals">;
  connections: Pick<LiveConnections, "use">;
  checks: Pick<OutputChecks, "check">;
  clock: Clock;
  sink: EventSink;
  logger: Logger;
  meter: Meter;
  limits: Limits;
}

/** Everything a call goes through, whoever makes it. */
export async function openTools(
  options: ToolsOptions,
): Promise<{ journal: CallJournal; permissions: Permissions; calls: ToolCalls }> {
  const { stores, clock, logger } = options;
  const checked = argumentChecks(options.checks);
  const journal = await openCallJournal({ store: stores.calls, clock, logger });
  const permissions = openPermissions({ ...options, argumentChecks: checked });
  const live = liveToolCalls({ ...options, journal, permissions, argumentChecks: checked });
  return { journal, permissions, calls: idempotentCalls(meteredCalls(live, options), { clock }) };
}
