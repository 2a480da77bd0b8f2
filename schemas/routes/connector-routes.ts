import { CONNECT_ERRORS } from "./mcp-routes.ts";
import { object, type RouteSpec, ref, SUCCESS } from "./route-spec.ts";

const open = (description: string) => ({ type: "object", description });

/** Servers people make themselves. */
export const CONNECTOR_ROUTES = {
  createServer: {
    method: "POST",
    path: "/api/mcp/servers",
    summary: "Make a connector of your own: a remote server in LibreChat's spelling. It is contacted first.",
    auth: "user",
    body: object({ config: open("One entry of `mcpServers`, without what is the operator's.") }),
    status: 201,
    answer: open("A Server with `serverName`."),
    errors: ["REQUEST_INVALID", "CREATE_FORBIDDEN", "OBO_FORBIDDEN", "SERVER_EXISTS", ...CONNECT_ERRORS],
  },
  updateServer: {
    method: "PATCH",
    path: "/api/mcp/servers/:name",
    summary: "Replace the entry of a connector of yours; its connection moves along.",
    auth: "user",
    body: object({ config: open("The whole new entry.") }),
    answer: ref("Server"),
    errors: ["REQUEST_INVALID", "OBO_FORBIDDEN", "SERVER_READ_ONLY", ...CONNECT_ERRORS],
  },
  deleteServer: {
    method: "DELETE",
    path: "/api/mcp/servers/:name",
    summary: "Remove a connector of yours with its connection and values.",
    auth: "user",
    answer: SUCCESS,
    errors: ["SERVER_UNKNOWN", "SERVER_READ_ONLY"],
  },
} as const satisfies Record<string, RouteSpec>;
