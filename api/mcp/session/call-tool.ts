import { AppError } from "../../errors/app-error.ts";
import { isRecord } from "../anything.ts";
import { asSdkTakes, type PlainRequests, type RequestOptions } from "../plain-requests.ts";
import type { CallToolResult, Client, Tool } from "../sdk.ts";

export type ToolParams = { name: string; arguments: Record<string, unknown>; _meta: Record<string, unknown> | undefined };

/**
 * Calls a tool by its definition. In the handshake era the SDK adds nothing to a call: then it is made beside the SDK. What
 * comes of it is for `asToolResult`.
 */
export function callTool(
  { client, plain }: { client: Client; plain: Pick<PlainRequests, "ask"> },
  params: ToolParams,
  { definition, request }: { definition: Tool; request: RequestOptions },
): Promise<Record<string, unknown>> {
  if (client.getProtocolEra() === "modern")
    return client.callTool(params, { ...asSdkTakes(request), toolDefinition: definition });
  return plain.ask("tools/call", params, request);
}

/**
 * MCP 2025-11-25 and 2026-07-28, schema: CallToolResult. Since the latter structured content may be anything. Throws
 * ANSWER_INVALID for an answer that is none.
 */
export function asToolResult(answer: Record<string, unknown>, client: Pick<Client, "getProtocolEra">): CallToolResult {
  if (answer.content === undefined && answer.structuredContent === undefined && saysElse(answer))
    throw misfit("it has neither content nor structured content");
  if (answer.content === undefined) answer.content = [];
  const { content, structuredContent, isError } = answer;
  if (!Array.isArray(content)) throw misfit("its content is not a list");
  const index = content.findIndex((block) => !isContent(block));
  if (index >= 0) throw misfit(`part ${index + 1} of its content is none that MCP knows`);
  if (structuredContent !== undefined && !isRecord(structuredContent) && client.getProtocolEra() !== "modern")
    throw misfit("its structured content is not an object");
  if (isError !== undefined && typeof isError !== "boolean") throw misfit("`isError` is neither true nor false");
  return answer as CallToolResult;
}

/** A task that nobody asked for, a question of the other era, an older protocol's result: none is a tool that had nothing to say. */
function saysElse(answer: Record<string, unknown>): boolean {
  return Object.entries(answer).some(([key, value]) => key !== "_meta" && key !== "isError" && value !== "complete");
}

/** What each kind of content must have, as text. */
const CONTENT: Readonly<Record<string, readonly string[]>> = {
  text: ["text"],
  image: ["data", "mimeType"],
  audio: ["data", "mimeType"],
  resource_link: ["uri", "name"],
  resource: [],
};

export function isContent(block: unknown): boolean {
  if (!isRecord(block) || typeof block.type !== "string" || !Object.hasOwn(CONTENT, block.type)) return false;
  if (CONTENT[block.type]?.some((name) => typeof block[name] !== "string")) return false;
  return block.type !== "resource" || isResource(block.resource);
}

export function isResource(value: unknown): boolean {
  return isRecord(value) && typeof value.uri === "string" && (typeof value.text === "string" || typeof value.blob === "string");
}

function misfit(why: string): AppError {
  return new AppError("ANSWER_INVALID", `the server's answer does not follow MCP: ${why}`);
}
