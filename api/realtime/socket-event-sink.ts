import type { Namespace } from "socket.io";
import type { ClientToServerEvents, ServerToClientEvents } from "../../schemas/wire.ts";
import type { EventSink } from "../ports/event-sink.ts";

export type McpNamespace = Namespace<ClientToServerEvents, ServerToClientEvents>;

export const ROOMS = {
  user: (userId: string) => `user:${userId}`,
  session: (sessionId: string) => `session:${sessionId}`,
  admins: "admins",
} as const;

export interface SocketEventSinkOptions {
  namespace: McpNamespace;
  /** Statuses count within it. */
  epoch: () => string;
}

/** Tells browsers what happened: always one user's, never somebody else's. */
export function socketEventSink({ namespace, epoch }: SocketEventSinkOptions): EventSink {
  let revision = 0;
  return {
    statusChanged: (userId, status) => {
      namespace.to(ROOMS.user(userId)).emit("mcp:status", { epoch: epoch(), status });
    },
    serversChanged: (userId) => {
      revision += 1;
      (userId === null ? namespace : namespace.to(ROOMS.user(userId))).emit("mcp:servers", { revision });
    },
    toolsChanged: (userId, server) => {
      namespace.to(ROOMS.user(userId)).emit("mcp:tools", { server });
    },
    callProgressed: (userId, progress) => {
      // Progress is news, not state: a browser that cannot keep up misses some of it.
      namespace.to(ROOMS.user(userId)).volatile.emit("mcp:progress", progress);
    },
    serverSaid: (userId, name, news) => {
      const room = namespace.to(ROOMS.user(userId));
      // One handler a name, one shape a name: the types of the two maps are the same pairs.
      const emit = (name === "mcp:log" ? room.volatile : room).emit.bind(room) as (name: string, news: unknown) => void;
      emit(name, news);
    },
    rolloutChanged: (rollout) => {
      namespace.to(ROOMS.admins).emit("mcp:rollout", rollout);
    },
    configProblemsChanged: (counts) => {
      revision += 1;
      namespace.to(ROOMS.admins).emit("config:problems", { revision, ...counts });
    },
    sessionEnded: (userId, sessionId, reason) => {
      const room = sessionId === null ? ROOMS.user(userId) : ROOMS.session(sessionId);
      namespace.to(room).emit("session:ended", { reason });
      namespace.in(room).disconnectSockets(true);
    },
  };
}
