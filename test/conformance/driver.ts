/**
 * What the suite spawns as "the client": it speaks no MCP. It makes a person, has the scenario's server written into the
 * operator's file, and then does over REST what the scenario is about. Everything its server sees comes from the product.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? "";
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? "{}") as {
  toolCalls?: { name: string; arguments: Record<string, unknown> }[];
  client_id?: string;
  client_secret?: string;
  issuer?: string;
  private_key_pem?: string;
  signing_algorithm?: string;
  valid_jwt?: string;
  idp_id_token?: string;
  idp_token_endpoint?: string;
  idp_client_id?: string;
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

/** What this browser was given. */
let cookie = "";

async function send(method: string, url: string, body?: unknown): Promise<{ answer: Response; text: string }> {
  const answer = await fetch(url, {
    method,
    headers: { "content-type": "application/json", "x-host-user": user, cookie },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
  return { answer, text: await answer.text() };
}

/** The person signs in: their browser is sent to the authorization server, which says yes at once, and back. */
async function signIn(): Promise<void> {
  const { authorizationUrl } = await ask("POST", `/${server}/oauth/start`);
  const consent = await fetch(authorizationUrl, { redirect: "manual" });
  const back = consent.headers.get("location");
  if (back === null) throw new Error(`the authorization server answered ${consent.status}: ${await consent.text()}`);
  const { answer, text } = await send("GET", back);
  if (!text.includes("Signed in to")) throw new Error(`the sign-in failed (${answer.status}): ${text.replace(/<[^>]*>/g, " ")}`);
}

const SIGN_IN_FIRST = new Set(["OAUTH_REQUIRED", "OAUTH_SCOPE_REQUIRED"]);
const MAX_SIGN_INS = 6;
let signIns = 0;

/** Asks; signs in and asks again where that is needed. */
// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, read once
async function ask(method: string, path: string, body?: unknown): Promise<any> {
  const { answer, text } = await send(method, `${house}/api/mcp${path}`, body);
  if (answer.ok) return JSON.parse(text);
  signIns += 1;
  if (!SIGN_IN_FIRST.has(JSON.parse(text).code) || signIns > MAX_SIGN_INS)
    throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  await signIn();
  return ask(method, path, body);
}

/** What the operator writes for the scenario, besides the address. */
async function settings(): Promise<object> {
  const { client_id, client_secret, issuer } = context;
  const own = { client_id, client_secret };
  switch (scenario) {
    case "auth/client-credentials-basic":
      return { oauth: { ...own, grant_type: "client_credentials", issuer: await issuerOf() } };
    case "auth/client-credentials-jwt": {
      const { private_key_pem: private_key, signing_algorithm } = context;
      return { oauth: { client_id, grant_type: "client_credentials", private_key, signing_algorithm, issuer: await issuerOf() } };
    }
    case "auth/wif-jwt-bearer":
      return { oauth: { client_id, grant_type: "jwt_bearer", assertion: context.valid_jwt, issuer: await issuerOf() } };
    case "auth/enterprise-managed-authorization": {
      const { idp_id_token: assertion, idp_token_endpoint: idp_token_url, idp_client_id } = context;
      const idp = { idp_token_url, idp_client_id, assertion };
      return { oauth: { ...own, ...idp, grant_type: "enterprise_managed", issuer: await issuerOf() } };
    }
    case "auth/dpop":
    case "auth/dpop-nonce":
      return { oauth: { dpop: true } };
    default:
      return client_id === undefined ? {} : { oauth: { ...own, issuer } };
  }
}

/** The operator knows who takes the credentials they were given; here the server's own description says it. */
async function issuerOf(): Promise<string> {
  const url = new URL(process.argv.at(-1) ?? "");
  const described = await fetch(new URL(`/.well-known/oauth-protected-resource${url.pathname}`, url));
  const { authorization_servers } = (await described.json()) as { authorization_servers: string[] };
  return authorization_servers[0] ?? "";
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

const opens = readFileSync(process.env.PORTS_FILE ?? "", "utf8")
  .trim()
  .split("\n");
const written = await fetch(process.env.CONTROL_URL ?? "", {
  method: "POST",
  body: JSON.stringify({ name: server, opens, entry: { url: process.argv.at(-1), ...(await settings()) } }),
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
