/**
 * What the suite spawns as "the client": it speaks no MCP. It makes a person, has the scenario's server written into the
 * operator's file, and then does over REST what the scenario is about. Everything its server sees comes from the product.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? "";
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}") as {
  toolCalls?: { name: string; arguments: Record<string, unknown> }[];
};
const house = process.env.PATCHBAY_URL ?? "";
const user = `conf-${randomUUID()}`;
const server = `s${randomUUID().slice(0, 8)}`;
/** These go on after a call that failed: refusing it may be the point. */
const goesOn = scenario.startsWith("sep-2322-") || scenario === "http-invalid-tool-headers";

interface Tool {
  name: string;
  inputSchema: { properties?: Record<string, unknown> };
}

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, read once
async function ask(method: string, path: string, body?: unknown): Promise<any> {
  const answer = await fetch(`${house}/api/mcp${path}`, {
    method,
    headers: { "content-type": "application/json", "x-host-user": user },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

async function call(tool: string, args: Record<string, unknown> = {}): Promise<unknown> {
  try {
    return await ask("POST", `/${server}/tools/${encodeURIComponent(tool)}/call`, { arguments: args });
  } catch (error) {
    if (!goesOn) throw error;
    console.error(String(error));
    return null;
  }
}

/** Answers what the server asks this person, as fast as it is asked. */
async function answerRequests(isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const { requests } = (await ask("GET", "/requests")) as {
      requests: { id: string; kind: string; params: { requestedSchema?: { properties?: Record<string, unknown> } } }[];
    };
    for (const { id, kind, params } of requests) {
      const wantsConfirmation = "confirmed" in (params.requestedSchema?.properties ?? {});
      const words = { role: "assistant", model: "none", content: { type: "text", text: "Yes." } };
      const said = kind === "sampling" ? { result: words } : { content: wantsConfirmation ? { confirmed: true } : {} };
      await ask("POST", `/requests/${id}`, { action: "accept", ...said }).catch((error) => console.error(String(error)));
    }
    await sleep(50);
  }
}

async function act(tools: readonly Tool[]): Promise<void> {
  if (context.toolCalls !== undefined) {
    for (const { name, arguments: args } of context.toolCalls) await call(name, args);
    return;
  }
  switch (scenario) {
    case "initialize":
    case "request-metadata":
    case "json-schema-ref-no-deref":
      return;
    case "tools_call":
      await call("add_numbers", { a: 5, b: 3 });
      return;
    case "json-schema-2020-12-preservation": {
      const focal = tools.find(({ name }) => name !== "json_schema_echo");
      await call("json_schema_echo", { schema: focal?.inputSchema });
      return;
    }
    case "http-standard-headers":
      for (const { name } of tools) await call(name);
      for (const { uri } of (await ask("GET", `/${server}/resources`)).resources)
        await ask("POST", `/${server}/resources/read`, { uri });
      for (const { name } of (await ask("GET", `/${server}/prompts`)).prompts)
        await ask("POST", `/${server}/prompts/${encodeURIComponent(name)}`, {});
      return;
    default:
      for (const { name, inputSchema } of tools)
        await call(name, "region" in (inputSchema.properties ?? {}) ? { region: "eu" } : {});
  }
}

const written = await fetch(process.env.CONTROL_URL ?? "", {
  method: "POST",
  body: JSON.stringify({ name: server, url: process.argv.at(-1) }),
});
if (!written.ok) throw new Error("the server could not be written into the file");
let isOver = false;
const answering = answerRequests(() => isOver);
try {
  await ask("POST", `/${server}/connect`);
  const { tools } = (await ask("GET", `/${server}/tools`)) as { tools: Tool[] };
  await act(tools);
} finally {
  isOver = true;
  await answering;
  await ask("POST", `/${server}/disconnect`);
}
