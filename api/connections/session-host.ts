import { AppError } from "../errors/app-error.ts";
import type { SessionHost } from "../mcp/session-host.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { ServerRequests } from "../server-requests/server-requests.ts";
import type { ServerLogs } from "./server-logs.ts";
import type { ServerWishes } from "./server-wishes.ts";

export interface SessionHostParts {
  requests: Pick<ServerRequests, "ask">;
  wishes: ServerWishes;
  logs: ServerLogs;
  clock: Clock;
  sink: Pick<EventSink, "serverSaid">;
  /** Are servers told that they may ask for a model's words? */
  sampling: boolean;
}

/** Stands in for one person toward one of their servers. */
export function sessionHosts({ requests, wishes, logs, clock, sink, sampling }: SessionHostParts) {
  return (userId: string, server: string): SessionHost => ({
    sampling,
    wishes: wishes.of(userId, server),
    async ask(kind, params, signal) {
      const answer = await requests.ask(userId, { server, kind, params }, signal);
      if (kind === "elicitation") return { ...answer };
      if (answer.action !== "accept" || answer.result === undefined)
        throw new AppError("CALL_CANCELLED", "the person said no to the request for a model's words");
      return answer.result;
    },
    listChanged: (what) => sink.serverSaid(userId, what === "prompts" ? "mcp:prompts" : "mcp:resources", { server }),
    resourceChanged: (uri) => sink.serverSaid(userId, "mcp:resource", { server, uri }),
    visitEnded: (elicitationId) => sink.serverSaid(userId, "mcp:visit-ended", { server, elicitationId }),
    logged(message) {
      const kept = logs.add(userId, server, { at: clock.now(), ...message });
      sink.serverSaid(userId, "mcp:log", { server, message: kept });
    },
  });
}
