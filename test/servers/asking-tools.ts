import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import {
  CreateMessageResultSchema,
  ElicitResultSchema,
  type ServerNotification,
  type ServerRequest,
  UrlElicitationRequiredError,
} from "@modelcontextprotocol/sdk/types.js";
import { z } from "zod";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

const FORM = {
  type: "object" as const,
  properties: {
    name: { type: "string" as const, title: "Name on the badge", minLength: 2 },
    email: { type: "string" as const, title: "E-mail", format: "email" as const, default: "ann@example.org" },
    seats: { type: "integer" as const, title: "Seats", minimum: 1, maximum: 4, default: 2 },
    meal: {
      type: "string" as const,
      title: "Meal",
      oneOf: [
        { const: "v", title: "Vegetarian" },
        { const: "f", title: "Fish" },
      ],
      default: "f",
    },
    days: {
      type: "array" as const,
      title: "Days",
      items: {
        anyOf: [
          { const: "mon", title: "Monday" },
          { const: "tue", title: "Tuesday" },
        ],
      },
      minItems: 1,
    },
    news: { type: "boolean" as const, title: "Send me news", default: true },
    api_token: { type: "string" as const, title: "Access", description: "Only if you have one." },
  },
  required: ["name", "days"],
};

export interface AskingTools {
  /** Gives a session the tools. */
  onSession(server: McpServer): void;
  /** Says for every visit that is asked for now that it has come to its end. */
  endVisits(): void;
}

/** Tools that ask the person: `form`, `visit` and `words`; each answers with what it was told. */
export function askingTools(): AskingTools {
  const visits = new Map<string, () => void>();
  return {
    endVisits() {
      for (const end of visits.values()) end();
      visits.clear();
    },
    onSession(server) {
      const answer = (said: unknown) => ({ content: [{ type: "text" as const, text: `It said ${JSON.stringify(said)}` }] });
      server.registerTool("form", { title: "Book seats" }, async (extra: Extra) => {
        const params = { mode: "form" as const, message: "Who comes, and when?", requestedSchema: FORM };
        return answer(
          await extra.sendRequest({ method: "elicitation/create", params }, ElicitResultSchema, { timeout: 300_000 }),
        );
      });
      server.registerTool(
        "visit",
        { title: "Sign the contract", inputSchema: { url: z.string() } },
        async ({ url }, extra: Extra) => {
          const elicitationId = `visit-${visits.size + 1}`;
          const notification = { method: "notifications/elicitation/complete" as const, params: { elicitationId } };
          visits.set(elicitationId, () => void server.server.notification(notification));
          const params = { mode: "url" as const, message: "Please sign there.", url, elicitationId };
          return answer(
            await extra.sendRequest({ method: "elicitation/create", params }, ElicitResultSchema, { timeout: 300_000 }),
          );
        },
      );
      const signed = new Set<string>();
      server.registerTool("signed", { title: "Read the contract" }, () => {
        if (signed.has("contract")) return answer("signed");
        visits.set("contract", () => {
          signed.add("contract");
          const params = { elicitationId: "contract" };
          void server.server.notification({ method: "notifications/elicitation/complete", params });
        });
        const visit = {
          mode: "url" as const,
          elicitationId: "contract",
          url: "https://paypa1.example/",
          message: "Sign it first.",
        };
        throw new UrlElicitationRequiredError([visit]);
      });
      server.registerTool("words", { title: "Summarize" }, async (extra: Extra) => {
        const params = {
          messages: [{ role: "user" as const, content: { type: "text" as const, text: "Summarize the minutes." } }],
          systemPrompt: "You take minutes.",
          modelPreferences: { hints: [{ name: "claude-large" }] },
          maxTokens: 900,
        };
        const request = { method: "sampling/createMessage" as const, params };
        const said = await extra
          .sendRequest(request, CreateMessageResultSchema, { timeout: 300_000 })
          .catch((error: Error) => error.message);
        return answer(said);
      });
    },
  };
}
