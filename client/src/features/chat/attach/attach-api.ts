import { path, request } from "../../../lib/api-client.ts";
import { isRecord, stringAt } from "../../../ui/results/content-fields.ts";

/** A resource, or a template of many, as a server describes it. Every text of it is a stranger's. */
export interface ListedResource {
  /** Of a template: with its variables in braces. */
  uri: string;
  isTemplate: boolean;
  title: string;
  description: string;
  mediaType: string;
}

export interface ListedPrompt {
  name: string;
  title: string;
  description: string;
  arguments: readonly PromptArgument[];
}

export interface PromptArgument {
  name: string;
  description: string;
  required: boolean;
}

/** What completion is asked for; see `completeArgument`. */
export type CompletionRef = { type: "ref/prompt"; name: string } | { type: "ref/resource"; uri: string };

type Described = Readonly<Record<string, unknown>>;

export async function listResources(server: string, signal: AbortSignal): Promise<readonly ListedResource[]> {
  const { resources, templates } = await request<{ resources: readonly Described[]; templates: readonly Described[] }>(
    path("mcp", server, "resources"),
    { signal },
  );
  const listed = [
    ...resources.map((each) => asResource(each, stringAt(each, "uri"), false)),
    ...templates.map((each) => asResource(each, stringAt(each, "uriTemplate"), true)),
  ];
  return listed.filter(({ uri }) => uri !== "");
}

/** The pieces of a resource, MCP's shape. */
export async function readResource(server: string, uri: string, signal: AbortSignal): Promise<readonly Described[]> {
  const { contents } = await request<{ contents?: unknown }>(path("mcp", server, "resources", "read"), {
    method: "POST",
    body: { uri },
    signal,
  });
  return Array.isArray(contents) ? contents.filter(isRecord) : [];
}

export function watchResource(server: string, uri: string, watched: boolean): Promise<unknown> {
  const verb = watched ? "subscribe" : "unsubscribe";
  return request(path("mcp", server, "resources", verb), { method: "POST", body: { uri } });
}

export async function listPrompts(server: string, signal: AbortSignal): Promise<readonly ListedPrompt[]> {
  const { prompts } = await request<{ prompts: readonly Described[] }>(path("mcp", server, "prompts"), { signal });
  return prompts.map(asPrompt).filter(({ name }) => name !== "");
}

/** What a prompt says with these arguments: MCP's messages. */
export async function readPrompt(
  { server, prompt, values }: { server: string; prompt: string; values: Readonly<Record<string, string>> },
  signal: AbortSignal,
): Promise<readonly Described[]> {
  const { messages } = await request<{ messages?: unknown }>(path("mcp", server, "prompts", prompt), {
    method: "POST",
    body: { arguments: values },
    signal,
  });
  return Array.isArray(messages) ? messages.filter(isRecord) : [];
}

export interface CompletionQuestion {
  ref: CompletionRef;
  argument: { name: string; value: string };
  /** The other arguments as far as they are filled in. */
  context: Readonly<Record<string, string>>;
}

/** What the server would write next; at most a screenful. */
export async function completeArgument(
  server: string,
  question: CompletionQuestion,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { values } = await request<{ values?: unknown }>(path("mcp", server, "complete"), {
    method: "POST",
    body: question,
    signal,
  });
  const texts = Array.isArray(values) ? values.filter((value): value is string => typeof value === "string") : [];
  return [...new Set(texts)].slice(0, MAX_COMPLETIONS);
}

const MAX_COMPLETIONS = 50;

function asResource(described: Described, uri: string, isTemplate: boolean): ListedResource {
  const title = stringAt(described, "title") || stringAt(described, "name") || uri;
  return { uri, isTemplate, title, description: stringAt(described, "description"), mediaType: stringAt(described, "mimeType") };
}

function asPrompt(described: Described): ListedPrompt {
  const name = stringAt(described, "name");
  const args = Array.isArray(described.arguments) ? described.arguments.filter(isRecord) : [];
  return {
    name,
    title: stringAt(described, "title") || name,
    description: stringAt(described, "description"),
    arguments: args.map((each) => ({
      name: stringAt(each, "name"),
      description: stringAt(each, "description"),
      required: each.required === true,
    })),
  };
}
