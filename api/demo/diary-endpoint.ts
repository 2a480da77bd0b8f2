import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { ClientMetadata, Provider } from "oidc-provider";
import { authorizationServer } from "./authorization-server.ts";
import { diaryServer, SCOPE_OF_TOOL } from "./diary-server.ts";
import { answer, type LoopbackListener, listenOnLoopback } from "./loopback-listener.ts";
import { NoteBook } from "./note-book.ts";
import { DEMO_PEOPLE, type Person, READ } from "./people.ts";
import { signInSteps } from "./sign-in-steps.ts";

export interface DiaryOptions {
  readonly people?: readonly Person[];
  readonly clients?: readonly ClientMetadata[];
  /** Looked at for every token. @default one minute, so that renewing can be watched */
  readonly accessTokenSeconds?: () => number;
  readonly fetch?: typeof fetch;
  /** Sees every request first; true: it was answered. */
  readonly before?: (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;
}

export interface DiaryEndpoint extends LoopbackListener {
  /** Where MCP is spoken. */
  readonly url: string;
  readonly provider: Provider;
}

interface Bearer {
  readonly person: Person;
  readonly scopes: ReadonlySet<string>;
}

const METADATA = "/.well-known/oauth-protected-resource";
const MAX_SESSIONS = 200;
const MAX_BODY_BYTES = 100_000;

/** The streamable-HTTP demo that people sign in to: `/mcp` and, at the same address, the authorization server it trusts. */
export async function startDiaryEndpoint(options: DiaryOptions = {}): Promise<DiaryEndpoint> {
  const { people = DEMO_PEOPLE, accessTokenSeconds = () => 60 } = options;
  const diaries = new NoteBook();
  const sessions = new Map<string, { personId: string; transport: StreamableHTTPServerTransport }>();
  const listener = await listenOnLoopback(
    async (request, response) => {
      if ((await options.before?.(request, response)) === true) return;
      const { pathname } = new URL(request.url ?? "/", "http://demo");
      if (pathname === "/mcp") return speak(request, response);
      if (pathname === METADATA || pathname === `${METADATA}/mcp`) return describe(response);
      if (pathname.startsWith("/sign-in/")) return steps(request, response);
      provide(request, response);
    },
    { hasPages: true },
  );
  const { origin } = listener;
  const url = `${origin}/mcp`;
  const { clients, fetch } = options;
  const provider = await authorizationServer({ issuer: origin, resource: url, people, clients, accessTokenSeconds, fetch });
  const steps = signInSteps(provider, people);
  const provide = provider.callback();

  /** RFC 9728. One scope only: what needs more asks for it when it is used. */
  function describe(response: ServerResponse): void {
    const metadata = { resource: url, authorization_servers: [origin], scopes_supported: [READ], resource_name: "Diary demo" };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(metadata));
  }

  async function speak(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bearer = await bearerOf(request);
    const hint = `resource_metadata="${origin}${METADATA}/mcp"`;
    if (bearer === null) {
      return answer(response, 401, "Sign in first.", { "www-authenticate": `Bearer ${hint}, scope="${READ}"` });
    }
    const message = request.method === "POST" ? await jsonOf(request) : undefined;
    const missing = missingScope(message, bearer);
    if (missing !== null) {
      const challenge = `Bearer error="insufficient_scope", scope="${missing}", ${hint}`;
      return answer(response, 403, `This needs ${missing}.`, { "www-authenticate": challenge });
    }
    const id = request.headers["mcp-session-id"];
    if (id === undefined) return begin(bearer.person, request, response, message);
    const session = sessions.get(String(id));
    if (session?.personId !== bearer.person.id) return answer(response, 404, "There is no such session.");
    await session.transport.handleRequest(request, response, message);
  }

  /** Null unless the token is ours, alive, for this server, and somebody's or a program's. */
  async function bearerOf(request: IncomingMessage): Promise<Bearer | null> {
    const text = /^Bearer ([\w-]+)$/i.exec(request.headers.authorization ?? "")?.[1] ?? "";
    const given = await provider.AccessToken.find(text);
    const token = given ?? (await provider.ClientCredentials.find(text));
    const person = given === undefined ? programOf(token?.clientId) : people.find(({ id }) => id === given.accountId);
    if (token === undefined || person === undefined || ![token.aud].flat().includes(url)) return null;
    return { person, scopes: new Set(token.scope?.split(" ")) };
  }

  async function begin(person: Person, request: IncomingMessage, response: ServerResponse, message: unknown): Promise<void> {
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        sessions.set(id, { personId: person.id, transport });
        const oldest = sessions.values().next().value;
        if (sessions.size > MAX_SESSIONS && oldest !== undefined) void oldest.transport.close();
      },
    });
    transport.onclose = () => {
      if (transport.sessionId !== undefined) sessions.delete(transport.sessionId);
    };
    await diaryServer(person, diaries).connect(transport);
    await transport.handleRequest(request, response, message);
  }

  return { ...listener, url, provider };
}

/** A program that signed in with credentials of its own has a diary, too. */
function programOf(clientId: string | undefined): Person | undefined {
  if (clientId === undefined) return undefined;
  return { id: `program:${clientId}`, name: clientId, email: "", emailVerified: false, roles: [], scopes: [] };
}

/** The first scope that a call in this message needs and the token does not have. */
function missingScope(message: unknown, { scopes }: Bearer): string | null {
  for (const each of [message].flat()) {
    const { method, params } = (each ?? {}) as { method?: unknown; params?: { name?: unknown } };
    const needed = method === "tools/call" ? SCOPE_OF_TOOL[String(params?.name)] : undefined;
    if (needed !== undefined && !scopes.has(needed)) return needed;
  }
  return null;
}

/** Undefined when it is none, or too long: the transport then says so. */
async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_BODY_BYTES) break;
  }
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
