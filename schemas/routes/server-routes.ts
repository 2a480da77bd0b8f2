import type { ErrorCode } from "../error-codes.ts";
import { LOG_LEVELS } from "../wire.ts";
import { CONNECT_ERRORS } from "./mcp-routes.ts";
import { type JsonSchema, listOf, object, type RouteSpec, ref, SUCCESS, text } from "./route-spec.ts";

const ASK_ERRORS = [
  ...CONNECT_ERRORS,
  "NOT_OFFERED",
  "CALL_TIMEOUT",
  "CALL_CANCELLED",
  "OUTCOME_UNKNOWN",
  "CONNECTION_CLOSED",
  "SERVER_ERROR",
  "TOOL_INPUT_REFUSED",
  "RESULT_TOO_LARGE",
] as const satisfies readonly ErrorCode[];

const open = (description: string) => ({ type: "object", description });
const byUri = object({ uri: text("As the server lists it.", { maxLength: 4096 }) });
const level: JsonSchema = { enum: [...LOG_LEVELS] };
const texts: JsonSchema = { type: "object", additionalProperties: { type: "string", maxLength: 65_536 }, maxProperties: 100 };

/** What servers have besides tools, and what they ask people. */
export const SERVER_ROUTES = {
  resources: {
    method: "GET",
    path: "/api/mcp/:server/resources",
    summary: "The server's resources and resource templates; connects first when it is not connected.",
    auth: "user",
    answer: object({ resources: listOf(open("An MCP Resource.")), templates: listOf(open("An MCP ResourceTemplate.")) }),
    errors: ASK_ERRORS,
  },
  readResource: {
    method: "POST",
    path: "/api/mcp/:server/resources/read",
    summary: "What is in a resource.",
    auth: "user",
    body: byUri,
    answer: open("An MCP ReadResourceResult: `contents` as the server sent them."),
    errors: ASK_ERRORS,
  },
  subscribeResource: {
    method: "POST",
    path: "/api/mcp/:server/resources/subscribe",
    summary: "Be told by `mcp:resource` when it changes, while your connection is open; a new connection takes it over.",
    auth: "user",
    body: byUri,
    answer: SUCCESS,
    errors: ASK_ERRORS,
  },
  unsubscribeResource: {
    method: "POST",
    path: "/api/mcp/:server/resources/unsubscribe",
    summary: "Not to be told any more.",
    auth: "user",
    body: byUri,
    answer: SUCCESS,
    errors: ASK_ERRORS,
  },
  prompts: {
    method: "GET",
    path: "/api/mcp/:server/prompts",
    summary: "The server's prompts; connects first when it is not connected.",
    auth: "user",
    answer: object({ prompts: listOf(open("An MCP Prompt.")) }),
    errors: ASK_ERRORS,
  },
  getPrompt: {
    method: "POST",
    path: "/api/mcp/:server/prompts/:prompt",
    summary: "A prompt, filled in.",
    auth: "user",
    body: object({ arguments: texts }, { optional: ["arguments"] }),
    answer: open("An MCP GetPromptResult."),
    errors: ASK_ERRORS,
  },
  complete: {
    method: "POST",
    path: "/api/mcp/:server/complete",
    summary: "What the server would write next in an argument of a prompt, or in a variable of a resource template.",
    auth: "user",
    body: object(
      {
        ref: {
          oneOf: [
            object({ type: { const: "ref/prompt" }, name: text("The prompt.") }),
            object({ type: { const: "ref/resource" }, uri: text("The template.", { maxLength: 4096 }) }),
          ],
        },
        argument: object({ name: text("Its name."), value: text("What is there so far.", { minLength: 0, maxLength: 4096 }) }),
        context: texts,
      },
      { optional: ["context"] },
    ),
    answer: open("An MCP completion: `values`, and where the server says so `total` and `hasMore`."),
    errors: ASK_ERRORS,
  },
  serverLog: {
    method: "GET",
    path: "/api/mcp/:server/log",
    summary: "The last messages the server sent for the log of your connection, oldest first. Connects nothing.",
    auth: "user",
    answer: object({ level: { oneOf: [{ type: "null" }, level] }, messages: listOf(ref("ServerLogMessage")) }),
    errors: ["SERVER_UNKNOWN"],
  },
  setLogLevel: {
    method: "POST",
    path: "/api/mcp/:server/log/level",
    summary: "From which level on the server shall send messages.",
    auth: "user",
    body: object({ level }),
    answer: SUCCESS,
    errors: ASK_ERRORS,
  },
  serverRequests: {
    method: "GET",
    path: "/api/mcp/requests",
    summary: "What your servers ask you now, oldest first.",
    auth: "user",
    answer: object({ requests: listOf(ref("ServerRequest")) }),
    errors: [],
  },
  answerServerRequest: {
    method: "POST",
    path: "/api/mcp/requests/:id",
    summary: "Answer one of them. A form that is not filled in as it asks is refused and stays open.",
    auth: "user",
    body: object(
      {
        action: { enum: ["accept", "decline", "cancel"] },
        content: open("The form's values, for an elicitation. Defaults are added."),
        result: open("An MCP CreateMessageResult, for a sampling request."),
      },
      { optional: ["content", "result"] },
    ),
    answer: SUCCESS,
    errors: ["REQUEST_UNKNOWN", "REQUEST_INVALID"],
  },
  generateWords: {
    method: "POST",
    path: "/api/mcp/requests/:id/generate",
    summary: "Ask a model what a server's sampling request wants, as you put it. You get the answer; the server does not.",
    auth: "user",
    maxBodyBytes: 512 * 1024,
    body: object(
      {
        systemPrompt: text("What the model is told first.", { minLength: 0, maxLength: 262_144 }),
        messages: {
          type: "array",
          maxItems: 200,
          items: object({ role: { enum: ["user", "assistant"] }, content: listOf(open("An MCP content block: text or image.")) }),
        },
        maxTokens: { type: "integer", minimum: 1 },
        model: object({ endpoint: text("One of yours."), model: text("A model of it.") }),
      },
      { optional: ["systemPrompt", "model"] },
    ),
    answer: open("An MCP CreateMessageResult, for `result` of the answer."),
    errors: [
      "REQUEST_UNKNOWN",
      "REQUEST_INVALID",
      "RATE_LIMITED",
      "MODEL_NOT_CONFIGURED",
      "MODEL_UNKNOWN",
      "MODEL_KEY_MISSING",
      "MODEL_KEY_REFUSED",
      "MODEL_RATE_LIMITED",
      "MODEL_REFUSED",
      "MODEL_FAILED",
      "MODEL_STREAM_CUT",
      "MODEL_TIMEOUT",
    ],
  },
} as const satisfies Record<string, RouteSpec>;
