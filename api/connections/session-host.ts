import type { ServerConfig } from "../../config/types.ts";
import { AppError } from "../errors/app-error.ts";
import type { SessionHost } from "../mcp/session/session-host.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { Meter } from "../ports/meter.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import type { Presence } from "./presence.ts";
import type { ServerLogs } from "./server-logs.ts";
import type { ServerWishes } from "./server-wishes.ts";
import { toldOnce } from "./told-once.ts";

export interface SessionHostParts {
  requests: Pick<ServerRequests, "ask" | "admitSampling" | "visitEnded">;
  wishes: ServerWishes;
  logs: ServerLogs;
  clock: Clock;
  sink: Pick<EventSink, "serverSaid">;
  presence: Pick<Presence, "of">;
  meter: Pick<Meter, "requestRefused">;
}

const NEWS_PAUSE_MS = 200;
const LOG_TOLD_PER_SECOND = 20;
/** As the protocol words it (MCP, sampling, error handling). */
const SAID_NO = "User rejected sampling request";

/** Stands in for one person toward one of their servers. */
export function sessionHosts({ requests, wishes, logs, clock, sink, presence, meter }: SessionHostParts) {
  return (userId: string, { name: server, sampling: allowed }: ServerConfig): SessionHost => {
    const tellList = toldOnce(clock, NEWS_PAUSE_MS, (what) =>
      sink.serverSaid(userId, what === "prompts" ? "mcp:prompts" : "mcp:resources", { server }),
    );
    const tellResource = toldOnce(clock, NEWS_PAUSE_MS, (uri) => sink.serverSaid(userId, "mcp:resource", { server, uri }));
    const second = { at: 0, told: 0 };
    return {
      sampling: allowed !== null,
      audience: presence.of(userId),
      wishes: wishes.of(userId, server),
      notOffered: (method) => meter.requestRefused(server, method),
      async ask(kind, params, signal) {
        if (kind !== "sampling") {
          const holdsCall = kind === "visit";
          return { ...(await requests.ask(userId, { server, kind: "elicitation", params, terms: null, holdsCall }, signal)) };
        }
        if (allowed === null) throw new AppError("NOT_OFFERED", "a model's words are not offered to this server");
        const terms = requests.admitSampling({ userId, server, sampling: allowed, params });
        const answer = await requests.ask(userId, { server, kind, params, terms, holdsCall: false }, signal);
        if (answer.action === "accept" && answer.result !== undefined) return answer.result;
        throw new AppError("CALL_CANCELLED", answer.action === "decline" ? SAID_NO : "Nobody answered the sampling request");
      },
      listChanged: tellList,
      resourceChanged: tellResource,
      visitEnded(elicitationId) {
        sink.serverSaid(userId, "mcp:visit-ended", { server, elicitationId });
        requests.visitEnded(userId, { server, elicitationId });
      },
      logged(message) {
        const at = clock.now();
        const kept = logs.add(userId, server, { at, ...message });
        if (at - second.at >= 1_000) Object.assign(second, { at, told: 0 });
        second.told += 1;
        // A chatterbox fills its ring, not the browsers.
        if (second.told <= LOG_TOLD_PER_SECOND) sink.serverSaid(userId, "mcp:log", { server, message: kept });
      },
    };
  };
}
