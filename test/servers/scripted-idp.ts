import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface IdpRequest {
  readonly path: string;
  readonly method: string;
  readonly params: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Access and refresh tokens that came of one consent. */
interface Family {
  refreshToken: string;
  /** Refresh tokens that were exchanged for newer ones. */
  readonly spent: Set<string>;
  readonly accessTokens: Set<string>;
  scope: string;
  isRevoked: boolean;
}

export interface ScriptedIdp {
  readonly origin: string;
  readonly port: number;
  readonly requests: IdpRequest[];
  /** Changes its own description before it is given out. */
  describe: (metadata: Record<string, unknown>) => Record<string, unknown>;
  /** Answers instead of it, by path; true: it did. */
  readonly instead: Map<string, (request: IdpRequest, response: ServerResponse) => boolean>;
  /** Paths that are another path's second name. */
  readonly alias: Map<string, string>;
  /** Changes the address the browser is sent back to. */
  sendBack: (url: URL) => void;
  /** Changes what the token endpoint gives. */
  give: (tokens: Record<string, unknown>) => Record<string, unknown>;
  /** Seconds an access token is said to live. */
  expiresIn: number;
  /** Scopes given are those asked for, or these. */
  scope: string | null;
  /** Was a spent refresh token shown again? */
  readonly familiesRevoked: number;
  tokenPosts(grantType?: string): IdpRequest[];
  /** Is this `Authorization` one of a token that holds? Gives its scopes. */
  scopesOf(authorization: string | undefined): string[] | null;
  /** From now on no access token given so far holds. */
  expireAll(): void;
  /** From now on no refresh token given so far holds. */
  endAll(): void;
  /** Stops listening, as a machine that is down; `start` brings it back on its port. */
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

const METADATA = "/.well-known/oauth-authorization-server";

/** An authorization server that says yes to everybody, rotates refresh tokens, and can be made to do anything wrong. */
export async function startScriptedIdp(): Promise<ScriptedIdp> {
  const codes = new Map<string, { challenge: string; redirectUri: string; scope: string; clientId: string }>();
  const families = new Set<Family>();
  const json = (response: ServerResponse, status: number, body: unknown) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));

  const metadata = () =>
    idp.describe({
      issuer: idp.origin,
      authorization_endpoint: `${idp.origin}/authorize`,
      token_endpoint: `${idp.origin}/token`,
      registration_endpoint: `${idp.origin}/register`,
      revocation_endpoint: `${idp.origin}/revoke`,
      response_types_supported: ["code"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post", "none"],
    });

  const authorize = ({ params }: IdpRequest, response: ServerResponse) => {
    const code = randomUUID();
    const redirectUri = params.get("redirect_uri") ?? "";
    codes.set(code, {
      challenge: params.get("code_challenge") ?? "",
      redirectUri,
      scope: params.get("scope") ?? "",
      clientId: params.get("client_id") ?? "",
    });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", params.get("state") ?? "");
    idp.sendBack(back);
    response.writeHead(302, { location: back.href }).end();
  };

  const issue = (family: Family, response: ServerResponse) => {
    family.refreshToken = randomUUID();
    const accessToken = randomUUID();
    family.accessTokens.add(accessToken);
    const scope = family.scope === "" ? {} : { scope: family.scope };
    const tokens = { access_token: accessToken, token_type: "Bearer", refresh_token: family.refreshToken, ...scope };
    json(response, 200, idp.give({ ...tokens, expires_in: idp.expiresIn }));
  };

  const token = ({ params }: IdpRequest, response: ServerResponse) => {
    if (params.get("grant_type") === "authorization_code") {
      const given = codes.get(params.get("code") ?? "");
      codes.delete(params.get("code") ?? "");
      const verifier = params.get("code_verifier") ?? "";
      const proves = createHash("sha256").update(verifier).digest("base64url") === given?.challenge;
      if (given === undefined || !proves || given.redirectUri !== params.get("redirect_uri"))
        return json(response, 400, { error: "invalid_grant" });
      const fresh: Family = {
        refreshToken: "",
        spent: new Set(),
        accessTokens: new Set(),
        scope: idp.scope ?? given.scope,
        isRevoked: false,
      };
      families.add(fresh);
      return issue(fresh, response);
    }
    const shown = params.get("refresh_token") ?? "";
    const family = [...families].find(({ refreshToken, spent }) => refreshToken === shown || spent.has(shown));
    if (family?.spent.has(shown) === true && !family.isRevoked) {
      family.isRevoked = true;
      family.accessTokens.clear();
      revoked += 1;
    }
    if (family === undefined || family.isRevoked) return json(response, 400, { error: "invalid_grant" });
    family.spent.add(shown);
    issue(family, response);
  };

  const ordinary: Record<string, (request: IdpRequest, response: ServerResponse) => void> = {
    [METADATA]: (_, response) => json(response, 200, metadata()),
    "/authorize": authorize,
    "/token": token,
    "/register": (_, response) =>
      json(response, 201, { client_id: randomUUID(), client_secret: randomUUID(), redirect_uris: [] }),
    "/revoke": ({ params }, response) => {
      for (const family of families) {
        const shown = params.get("token") ?? "";
        if (family.refreshToken === shown) family.isRevoked = true;
        if (family.isRevoked) family.accessTokens.clear();
        family.accessTokens.delete(shown);
      }
      response.writeHead(200).end();
    },
  };

  let revoked = 0;
  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname: path, searchParams } = new URL(request.url ?? "/", "http://idp");
    const body = Buffer.concat(chunks).toString();
    const isForm = request.headers["content-type"]?.includes("form") === true;
    const params = isForm ? new URLSearchParams(body) : searchParams;
    const seen: IdpRequest = { path, method: request.method ?? "", params, headers: request.headers, at: Date.now() };
    idp.requests.push(seen);
    if (idp.instead.get(path)?.(seen, response) === true) return;
    const answer = ordinary[idp.alias.get(path) ?? path];
    if (answer === undefined) response.writeHead(404).end();
    else answer(seen, response);
  });
  let port = 0;
  const start = () =>
    new Promise<void>((resolve, reject) => {
      http.once("error", reject);
      http.listen(port, "127.0.0.1", resolve);
    });
  const stop = () =>
    new Promise<void>((resolve) => {
      http.close(() => resolve());
      http.closeAllConnections();
    });
  await start();
  port = (http.address() as AddressInfo).port;
  const idp: ScriptedIdp = {
    origin: `http://127.0.0.1:${port}`,
    port,
    requests: [],
    describe: (described) => described,
    instead: new Map(),
    alias: new Map(),
    sendBack: () => {},
    give: (tokens) => tokens,
    expiresIn: 3600,
    scope: null,
    get familiesRevoked() {
      return revoked;
    },
    tokenPosts: (grantType) =>
      idp.requests.filter(
        ({ path, params }) => path === "/token" && (grantType === undefined || params.get("grant_type") === grantType),
      ),
    scopesOf(authorization) {
      const shown = /^(?:Bearer|DPoP) (.+)$/i.exec(authorization ?? "")?.[1] ?? "";
      const family = [...families].find(({ accessTokens }) => accessTokens.has(shown));
      return family === undefined ? null : family.scope.split(" ");
    },
    expireAll: () => {
      for (const { accessTokens } of families) accessTokens.clear();
    },
    endAll: () => {
      for (const family of families) {
        family.isRevoked = true;
        family.accessTokens.clear();
      }
    },
    stop,
    start,
    close: () => (http.listening ? stop() : Promise.resolve()),
  };
  return idp;
}
