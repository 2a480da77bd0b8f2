import type { Clock } from "../ports/clock.ts";
import { coalesced } from "./coalesced.ts";
import { type RunningWork, SDK_TIMEOUT_MS } from "./running-work.ts";
import { type Client, ProtocolError, ProtocolErrorCode } from "./sdk.ts";
import type { SessionWarnings } from "./session-warnings.ts";
import { listTools, type McpTool, type ToolList } from "./tool-list.ts";

export interface SessionToolsOptions {
  client: Client;
  clock: Clock;
  work: Pick<RunningWork, "run">;
  warnings: SessionWarnings;
  warn: (message: string) => void;
}

/** The tools of one session, as its server described them last. */
export interface SessionTools {
  /** The first look: throws what the server's list is worth. No further page is asked for after `maxMs`. */
  load(request: { signal: AbortSignal; mirrorsHeaders: boolean; maxMs: number }): Promise<void>;
  current(): ReadonlyMap<string, McpTool>;
  /** From now on changes are followed, until `ended`. */
  follow(options: { ended: () => boolean; changed: () => void }): void;
}

const NO_TOOLS: ToolList = { tools: new Map(), dropped: [], cutShort: null };
const LIST_TIMEOUT_MS = 30_000;
/** A server that never stops saying that its list changed is asked once a pause. */
const REFRESH_PAUSE_MS = 2_000;

export function sessionTools({ client, clock, work, warnings, warn }: SessionToolsOptions): SessionTools {
  let list = NO_TOOLS;
  let mirrorsHeaders = false;

  const read = async (signal: AbortSignal, maxMs?: number) => {
    list = await listTools(client, { clock, signal, timeout: SDK_TIMEOUT_MS, mirrorsHeaders, maxMs });
    for (const why of list.dropped) warn(`tool left out: ${why}`);
    if (list.cutShort !== null) warn(list.cutShort);
    warnings.set("TOOLS_LEFT_OUT", leftOut(list));
  };

  return {
    current: () => list.tools,
    async load(request) {
      mirrorsHeaders = request.mirrorsHeaders;
      if (client.getServerCapabilities()?.tools === undefined) return;
      try {
        await read(request.signal, request.maxMs);
      } catch (error) {
        if (!(error instanceof ProtocolError) || error.code !== ProtocolErrorCode.MethodNotFound) throw error;
        warnings.set("TOOLS_NOT_LISTED", "the server says that it has tools, and does not list them");
      }
    },
    follow({ ended, changed }) {
      const refresh = coalesced({
        clock,
        pauseMs: REFRESH_PAUSE_MS,
        ended,
        async run() {
          try {
            await work.run({ timeoutMs: LIST_TIMEOUT_MS }, ({ signal }) => read(signal));
            warnings.set("TOOLS_NOT_LISTED", null);
            changed();
          } catch (error) {
            warn(`the list of tools could not be refreshed: ${String(error)}`);
          }
        },
      });
      client.setNotificationHandler("notifications/tools/list_changed", refresh);
    },
  };
}

function leftOut({ dropped, cutShort }: { dropped: readonly string[]; cutShort: string | null }): string | null {
  if (dropped.length === 0) return cutShort;
  const first = `${dropped.length} of the server's tools cannot be used: ${dropped.slice(0, 3).join("; ")}`;
  return cutShort === null ? first : `${first}; ${cutShort}`;
}
