import type { Clock } from "../../ports/clock.ts";
import { abortSignalOf } from "../../stop-signal.ts";
import type { Audience } from "../audience.ts";
import { type Client, ProtocolError, ProtocolErrorCode } from "../sdk.ts";
import { coalesced } from "./coalesced.ts";
import { type RunningWork, SDK_TIMEOUT_MS } from "./running-work.ts";
import type { SessionWarnings } from "./session-warnings.ts";
import { listTools, type McpTool, type ToolList } from "./tool-list.ts";

export interface SessionToolsOptions {
  client: Client;
  audience: Audience;
  clock: Clock;
  work: Pick<RunningWork, "run">;
  warnings: SessionWarnings;
  warn: (message: string) => void;
}

/** The tools of one session, as its server described them last. */
export interface SessionTools {
  /** The first look: throws what the server's list is worth. After `maxMs` no further page is waited for. */
  load(request: { signal: AbortSignal; mirrorsHeaders: boolean; maxMs: number }): Promise<void>;
  current(): ReadonlyMap<string, McpTool>;
  /** The same, asked for again when they may have changed and nobody was there to be told. */
  fresh(): Promise<ReadonlyMap<string, McpTool>>;
  /** From now on changes are followed, until `ended` and `stop`. */
  follow(options: { ended: () => boolean; changed: () => void }): { stop(): void };
}

const NO_TOOLS: ToolList = { tools: new Map(), dropped: [], cutShort: null };
const LIST_TIMEOUT_MS = 30_000;
/** A server that never stops saying that its list changed is asked once a pause. */
const REFRESH_PAUSE_MS = 2_000;

export function sessionTools({ client, audience, clock, work, warnings, warn }: SessionToolsOptions): SessionTools {
  let list = NO_TOOLS;
  let mirrorsHeaders = false;
  /** Nobody was there to be told of changes, since the list was read. */
  let isUnheard = false;
  let rereading: Promise<void> | null = null;
  let reread: () => Promise<void> = async () => {};

  const tellsChanges = () => client.getServerCapabilities()?.tools?.listChanged === true;
  const read = async (signal: AbortSignal, maxMs?: number) => {
    list = await listTools(client, { clock, signal, timeout: SDK_TIMEOUT_MS, mirrorsHeaders, maxMs });
    isUnheard = !audience.isPresent() && tellsChanges();
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
    async fresh() {
      if (isUnheard || rereading !== null) await reread();
      return list.tools;
    },
    follow({ ended, changed }) {
      const readAgain = async () => {
        const before = list;
        try {
          await work.run({ timeoutMs: LIST_TIMEOUT_MS, isRead: true }, ({ signal }) => read(abortSignalOf(signal)));
          warnings.set("TOOLS_NOT_LISTED", null);
          if (list !== before) changed();
        } catch (error) {
          warn(`the list of tools could not be refreshed: ${String(error)}`);
        }
      };
      reread = () => {
        rereading ??= readAgain().finally(() => {
          rereading = null;
        });
        return rereading;
      };
      const refresh = coalesced({ clock, pauseMs: REFRESH_PAUSE_MS, ended, run: readAgain });
      client.setNotificationHandler("notifications/tools/list_changed", refresh);
      const stop = audience.onChange(() => {
        if (!audience.isPresent()) isUnheard = tellsChanges();
        else if (isUnheard) void reread();
      });
      return { stop };
    },
  };
}

function leftOut({ dropped, cutShort }: { dropped: readonly string[]; cutShort: string | null }): string | null {
  if (dropped.length === 0) return cutShort;
  const first = `${dropped.length} of the server's tools cannot be used: ${dropped.slice(0, 3).join("; ")}`;
  return cutShort === null ? first : `${first}; ${cutShort}`;
}
