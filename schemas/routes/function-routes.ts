import { PERMISSIONS } from "../wire-functions.ts";
import { CONNECT_ERRORS } from "./mcp-routes.ts";
import { listOf, object, type RouteSpec, ref, SUCCESS, text } from "./route-spec.ts";

/** What functions of servers may do, and calls that wait for a person's word. */
export const FUNCTION_ROUTES = {
  functions: {
    method: "GET",
    path: "/api/mcp/:server/functions",
    summary: "The server's functions and what holds for each; connects first when it is not connected.",
    auth: "user",
    answer: object({
      functions: listOf(ref("Function")),
      instructions: {
        oneOf: [{ type: "null" }, ref("Instructions")],
        description:
          "What the server says of how its tools want to be used, where `serverInstructions: true` lets models hear it.",
      },
    }),
    errors: CONNECT_ERRORS,
  },
  setFunctions: {
    method: "POST",
    path: "/api/mcp/:server/functions",
    summary:
      "Set what the functions that are named may do. Those that come later are not covered; a server that is away can be refused things too.",
    auth: "user",
    body: object(
      {
        choices: {
          ...listOf(
            object(
              {
                tool: text("Its name on the server."),
                permission: { enum: [...PERMISSIONS, null], description: "null takes back what was set." },
                digest: text("`digest` of the function as it was seen; `always_allow` needs it.", { maxLength: 64 }),
              },
              { optional: ["digest"] },
            ),
          ),
          minItems: 1,
          maxItems: 1_000,
        },
        everyone: { type: "boolean", description: "For admins: `ask` or `never`, for everybody." },
      },
      { optional: ["everyone"] },
    ),
    answer: object({
      stopped: { type: "integer", description: "Calls that had not left yet: they do not run any more." },
      running: { type: "integer", description: "Calls that had left: they finish." },
    }),
    errors: [...CONNECT_ERRORS, "TOOL_UNKNOWN", "FUNCTION_CHANGED", "ADMIN_REQUIRED", "REQUEST_INVALID"],
  },
  approvals: {
    method: "GET",
    path: "/api/mcp/approvals",
    summary: "Calls that wait for your word, oldest first.",
    auth: "user",
    answer: object({ approvals: listOf(ref("Approval")) }),
    errors: [],
  },
  answerApproval: {
    method: "POST",
    path: "/api/mcp/approvals/:id/answer",
    summary: "Answer one of them. An approval is good for one call with exactly these arguments, for ten minutes.",
    auth: "user",
    maxBodyBytes: 1024 * 1024,
    body: object(
      {
        action: { enum: ["approve", "allow_always", "reject"] },
        arguments: { type: "object", description: "In place of those that were asked about." },
        reason: text("Why not; the model is told.", { maxLength: 2_000 }),
      },
      { optional: ["arguments", "reason"] },
    ),
    answer: SUCCESS,
    errors: ["APPROVAL_UNKNOWN", "TOOL_ARGUMENTS_INVALID", "REQUEST_INVALID"],
  },
} as const satisfies Record<string, RouteSpec>;
