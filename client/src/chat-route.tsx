import { lazy, Suspense } from "react";
import { useNavigate, useParams } from "react-router";
import type { ServerView } from "../../schemas/wire.ts";
import type { Live } from "./lib/live.ts";
import type { Loaded } from "./lib/use-request.ts";

/** Fetched when it is first opened. */
const ChatPage = lazy(() => import("./features/chat/chat-page.tsx").then(({ ChatPage }) => ({ default: ChatPage })));

interface ChatRouteProps {
  live: Live;
  userId: string;
  servers: Loaded<readonly ServerView[]>;
  onConfigure(server: string): void;
  onSignIn(server: string): void;
}

/** The address of the chat, and of one conversation in it. */
export function ChatRoute({ live, userId, servers, onConfigure, onSignIn }: ChatRouteProps) {
  const { id = null } = useParams();
  const navigate = useNavigate();
  return (
    <Suspense fallback={null}>
      <ChatPage
        live={live}
        userId={userId}
        servers={servers.data ?? []}
        conversationId={id}
        onOpen={(next) => void navigate(next === null ? "/chat" : `/chat/${next}`)}
        onSignIn={onSignIn}
        onConfigure={onConfigure}
      />
    </Suspense>
  );
}
