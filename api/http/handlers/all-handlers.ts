import type { Chat } from "../../chat/open-chat.ts";
import type { Accounts } from "../../identity/accounts.ts";
import type { OpenIdSignIn } from "../../openid/openid-sign-in.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Connectors } from "../../servers/connectors.ts";
import type { Handlers } from "../handler.ts";
import { accountHandlers } from "./account-handlers.ts";
import { chatHandlers } from "./chat-handlers.ts";
import { connectorHandlers } from "./connector-handlers.ts";
import { type FunctionHandlerParts, functionHandlers } from "./function-handlers.ts";
import { hostedAccountHandlers } from "./hosted-account-handlers.ts";
import { type McpHandlerParts, mcpHandlers } from "./mcp-handlers.ts";
import { type OAuthHandlerParts, oauthHandlers } from "./oauth-handlers.ts";
import { openIdHandlers } from "./openid-handlers.ts";
import { type ServerHandlerParts, serverHandlers } from "./server-handlers.ts";
import { type SystemParts, systemHandlers } from "./system-handlers.ts";

export interface HandlerParts
  extends SystemParts,
    Omit<McpHandlerParts, "grants">,
    OAuthHandlerParts,
    FunctionHandlerParts,
    Omit<ServerHandlerParts, "words"> {
  /** Null inside a host application, which knows its own people. */
  accounts: Accounts | null;
  openId: { readonly signIn: OpenIdSignIn | null };
  connectors: Connectors;
  chat: Chat;
  clock: Clock;
  logger: Logger;
}

/** What answers each route of the table. */
export function allHandlers(parts: HandlerParts): Handlers {
  const { accounts, openId, connectors, directory, chat, clock, logger } = parts;
  return {
    ...systemHandlers(parts),
    ...(accounts === null ? hostedAccountHandlers : accountHandlers(accounts, clock, openId.signIn)),
    ...openIdHandlers(openId.signIn, logger),
    ...connectorHandlers(connectors, directory),
    ...oauthHandlers(parts),
    ...mcpHandlers(parts),
    ...functionHandlers(parts),
    ...chatHandlers(chat),
    ...serverHandlers({ ...parts, words: chat.words }),
  };
}
