import { io, type Socket } from "socket.io-client";
import type { ChatNews, ConversationView } from "../../../schemas/chat-wire.ts";
import type {
  CallProgress,
  ClientToServerEvents,
  ConnectionStatus,
  Rollout,
  ServerNews,
  ServerToClientEvents,
  SignInNews,
} from "../../../schemas/wire.ts";
import type { ServerRequestView } from "../../../schemas/wire-asks.ts";
import type { ApprovalView } from "../../../schemas/wire-functions.ts";
import { type LiveStatus, NOTHING_YET, type StatusStore, withSnapshot, withStatus } from "./live-status.ts";
import { PLACE } from "./place.ts";

/** What the server tells unasked, besides statuses. */
export interface LiveEvents {
  servers: () => void;
  tools: (server: string) => void;
  problems: () => void;
  /** What functions of a server may do was set. */
  permissions: (server: string) => void;
  approval: (approval: ApprovalView) => void;
  approvalEnded: (ended: ServerNews["mcp:approval-ended"]) => void;
  serverRequest: (request: ServerRequestView) => void;
  serverRequestEnded: (ended: ServerNews["mcp:server-request-ended"]) => void;
  visitEnded: (ended: ServerNews["mcp:visit-ended"]) => void;
  progress: (progress: CallProgress) => void;
  /** A watched resource changed. */
  resource: (changed: ServerNews["mcp:resource"]) => void;
  /** What a server lists besides tools is another list now. */
  catalogue: (server: string) => void;
  rollout: (rollout: Rollout) => void;
  signIn: (news: SignInNews) => void;
  grants: () => void;
  chatEvent: (news: ChatNews["chat:event"]) => void;
  conversation: (conversation: ConversationView) => void;
  conversationRemoved: (conversationId: string) => void;
  /** The line was away and is back: anything may have changed. */
  back: () => void;
  ended: () => void;
}

/** One signed-in person's line to the server. Close it when they leave: the next one must authenticate anew. */
export interface Live {
  readonly store: StatusStore;
  on<K extends keyof LiveEvents>(event: K, listener: LiveEvents[K]): () => void;
  /** A status that came as the answer to a request, which may be earlier here than over the socket. */
  note(status: ConnectionStatus): void;
  close(): void;
}

type LiveSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/** After a refusal, which socket.io does not repeat by itself. */
const RETRY_MS = 5_000;
/** After the server closed the line: soon, but a server in trouble must not be hammered. */
const RETURN_MS = 1_000;

/** Many browsers that lost one server do not come back in step. */
function jittered(ms: number): number {
  return ms * (0.5 + Math.random());
}

export function openLive(): Live {
  const socket: LiveSocket = io("/mcp", {
    path: PLACE.sockets,
    withCredentials: true,
    reconnectionDelayMax: 5_000,
    // One line first: requests of their own may each come to another instance, which knows nothing of the others.
    transports: ["websocket", "polling"],
    tryAllTransports: true,
  });
  const listeners: { [K in keyof LiveEvents]: Set<LiveEvents[K]> } = {
    servers: new Set(),
    tools: new Set(),
    problems: new Set(),
    permissions: new Set(),
    approval: new Set(),
    approvalEnded: new Set(),
    serverRequest: new Set(),
    serverRequestEnded: new Set(),
    visitEnded: new Set(),
    progress: new Set(),
    resource: new Set(),
    catalogue: new Set(),
    rollout: new Set(),
    signIn: new Set(),
    grants: new Set(),
    chatEvent: new Set(),
    conversation: new Set(),
    conversationRemoved: new Set(),
    back: new Set(),
    ended: new Set(),
  };
  const subscribers = new Set<() => void>();
  let state: LiveStatus = NOTHING_YET;

  // Changes that come in one go are drawn once: drawn one by one, fifty of them count as an endless loop to React.
  let drawing: ReturnType<typeof setTimeout> | undefined;
  const draw = () => {
    drawing = undefined;
    for (const subscriber of subscribers) subscriber();
  };
  const publish = (next: LiveStatus) => {
    if (next === state) return;
    state = next;
    drawing ??= setTimeout(draw);
  };
  const apply = (epoch: string, status: ConnectionStatus) => {
    const next = withStatus(state, epoch, status);
    if (next === null) hello();
    else publish(next);
  };
  const hello = () => {
    if (!socket.connected) return;
    socket.emit("mcp:hello", (answer) => {
      if (answer.ok) publish(withSnapshot(state, answer.value));
    });
  };
  // A tab that slept may have missed anything.
  const woken = () => {
    if (document.visibilityState === "visible") hello();
  };

  let retry: ReturnType<typeof setTimeout> | undefined;
  let seenBefore = false;
  socket.on("connect", () => {
    publish({ ...state, link: "up" });
    if (seenBefore) {
      hello();
      for (const listener of listeners.back) listener();
    }
    seenBefore = true;
  });
  socket.on("disconnect", (reason) => {
    publish({ ...state, link: "down" });
    // Closed on purpose by the server, as when a role changed: only asking again tells what this browser may now.
    if (reason === "io server disconnect") retry = setTimeout(() => socket.connect(), jittered(RETURN_MS));
  });
  socket.on("connect_error", ({ message }) => {
    publish({ ...state, link: "down" });
    if (message === "SIGN_IN_REQUIRED") for (const listener of listeners.ended) listener();
    else if (!socket.active) retry = setTimeout(() => socket.connect(), RETRY_MS);
  });
  socket.on("mcp:snapshot", (snapshot) => publish(withSnapshot(state, snapshot)));
  socket.on("mcp:status", ({ epoch, status }) => apply(epoch, status));
  socket.on("mcp:servers", () => {
    for (const listener of listeners.servers) listener();
    hello();
  });
  socket.on("mcp:tools", ({ server }) => {
    for (const listener of listeners.tools) listener(server);
  });
  socket.on("mcp:permissions", ({ server }) => {
    for (const listener of listeners.permissions) listener(server);
  });
  socket.on("mcp:approval", (approval) => {
    for (const listener of listeners.approval) listener(approval);
  });
  socket.on("mcp:approval-ended", (ended) => {
    for (const listener of listeners.approvalEnded) listener(ended);
  });
  socket.on("mcp:server-request", (request) => {
    for (const listener of listeners.serverRequest) listener(request);
  });
  socket.on("mcp:server-request-ended", (ended) => {
    for (const listener of listeners.serverRequestEnded) listener(ended);
  });
  socket.on("mcp:visit-ended", (ended) => {
    for (const listener of listeners.visitEnded) listener(ended);
  });
  socket.on("mcp:progress", (progress) => {
    for (const listener of listeners.progress) listener(progress);
  });
  socket.on("mcp:resource", (changed) => {
    for (const listener of listeners.resource) listener(changed);
  });
  for (const event of ["mcp:resources", "mcp:prompts"] as const) {
    socket.on(event, ({ server }) => {
      for (const listener of listeners.catalogue) listener(server);
    });
  }
  socket.on("mcp:rollout", (rollout) => {
    for (const listener of listeners.rollout) listener(rollout);
  });
  socket.on("mcp:sign-in", (news) => {
    for (const listener of listeners.signIn) listener(news);
  });
  socket.on("mcp:grants", () => {
    for (const listener of listeners.grants) listener();
  });
  socket.on("chat:event", (news) => {
    for (const listener of listeners.chatEvent) listener(news);
  });
  socket.on("chat:conversation", ({ conversation }) => {
    for (const listener of listeners.conversation) listener(conversation);
  });
  socket.on("chat:conversation-removed", ({ conversationId }) => {
    for (const listener of listeners.conversationRemoved) listener(conversationId);
  });
  socket.on("config:problems", () => {
    for (const listener of listeners.problems) listener();
  });
  socket.on("session:ended", () => {
    for (const listener of listeners.ended) listener();
  });
  document.addEventListener("visibilitychange", woken);

  return {
    store: {
      subscribe(listener) {
        subscribers.add(listener);
        return () => subscribers.delete(listener);
      },
      getSnapshot: () => state,
    },
    on(event, listener) {
      listeners[event].add(listener);
      return () => listeners[event].delete(listener);
    },
    note(status) {
      if (state.epoch !== null) apply(state.epoch, status);
    },
    close() {
      document.removeEventListener("visibilitychange", woken);
      clearTimeout(retry);
      clearTimeout(drawing);
      subscribers.clear();
      socket.disconnect();
    },
  };
}
