import { ACCOUNT_ROUTES } from "./account-routes.ts";
import { CHAT_ROUTES } from "./chat-routes.ts";
import { CHAT_RUN_ROUTES } from "./chat-run-routes.ts";
import { CONNECTOR_ROUTES } from "./connector-routes.ts";
import { FUNCTION_ROUTES } from "./function-routes.ts";
import { MCP_ROUTES } from "./mcp-routes.ts";
import { OAUTH_ROUTES } from "./oauth-routes.ts";
import { OPENID_ROUTES } from "./openid-routes.ts";
import type { RouteSpec } from "./route-spec.ts";
import { SERVER_ROUTES } from "./server-routes.ts";
import { SYSTEM_ROUTES } from "./system-routes.ts";

/** Every route there is, fixed paths before those with names in them, as they must be mounted. */
export const ROUTES = {
  ...SYSTEM_ROUTES,
  ...ACCOUNT_ROUTES,
  ...OPENID_ROUTES,
  ...CHAT_ROUTES,
  ...CHAT_RUN_ROUTES,
  ...CONNECTOR_ROUTES,
  ...OAUTH_ROUTES,
  ...FUNCTION_ROUTES,
  ...MCP_ROUTES,
  ...SERVER_ROUTES,
} satisfies Record<string, RouteSpec>;

export type RouteName = keyof typeof ROUTES;
