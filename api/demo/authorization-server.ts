import { generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { type AccountClaims, type ClientMetadata, type Configuration, errors, Provider } from "oidc-provider";
import { memoryAdapter } from "./memory-adapter.ts";
import { DEMO_PEOPLE, type Person, READ, WRITE } from "./people.ts";
import { page } from "./sign-in-pages.ts";

export interface AuthorizationServerOptions {
  /** `http://127.0.0.1:<port>`: who it says it is. */
  readonly issuer: string;
  /** The MCP server its tokens are for (RFC 8707). */
  readonly resource: string;
  /** @default Ann and Ben */
  readonly people?: readonly Person[];
  /** Known beforehand; others register themselves. */
  readonly clients?: readonly ClientMetadata[];
  /** Looked at for every token. */
  readonly accessTokenSeconds: () => number;
  /** How client metadata documents are fetched. @default the platform's own fetch */
  readonly fetch?: typeof fetch;
}

const HOUR_S = 3600;
const DAY_S = 24 * HOUR_S;

/**
 * A real authorization server that keeps everything in memory: code with PKCE (S256 only), dynamic registration, client
 * metadata documents, resource indicators, `iss`, OpenID, client credentials, revocation. Every refresh token is good for
 * one use; one that is shown twice ends the grant.
 */
export async function authorizationServer(options: AuthorizationServerOptions): Promise<Provider> {
  const { issuer, resource, people = DEMO_PEOPLE, clients = [], accessTokenSeconds } = options;
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  const signingKey = { ...privateKey.export({ format: "jwk" }), alg: "RS256", use: "sig" };
  const configuration: Configuration = {
    adapter: memoryAdapter(),
    clients: [...clients],
    jwks: { keys: [signingKey as NonNullable<Configuration["jwks"]>["keys"][number]] },
    cookies: {
      keys: [randomBytes(32).toString("hex")],
      names: { session: "demo_session", interaction: "demo_step", resume: "demo_resume" },
    },
    scopes: ["openid", "offline_access", "profile", "email", READ, WRITE],
    claims: { openid: ["sub"], profile: ["name", "preferred_username", "roles"], email: ["email", "email_verified"] },
    conformIdTokenClaims: false,
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "private_key_jwt", "none"],
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
      registration: { enabled: true },
      clientIdMetadataDocument: { enabled: true, ack: "draft-02" },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx, asked) => {
          if (asked !== resource) throw new errors.InvalidTarget();
          return { scope: `${READ} ${WRITE}`, audience: resource, accessTokenFormat: "opaque" };
        },
      },
    },
    issueRefreshToken: async (_ctx, client) => client.grantTypeAllowed("refresh_token"),
    rotateRefreshToken: true,
    expiresWithSession: () => false,
    ttl: {
      AccessToken: accessTokenSeconds,
      ClientCredentials: accessTokenSeconds,
      AuthorizationCode: 60,
      IdToken: HOUR_S,
      Interaction: HOUR_S,
      RefreshToken: 30 * DAY_S,
      Grant: 30 * DAY_S,
      Session: DAY_S,
    },
    interactions: { url: (_ctx, { uid }) => `/sign-in/${uid}` },
    findAccount: (_ctx, id) => {
      const person = people.find((each) => each.id === id);
      return person && { accountId: id, claims: () => claimsOf(person) };
    },
    renderError: (ctx, { error, error_description }) => {
      ctx.type = "html";
      ctx.body = page("That did not work", [error_description ?? error]);
    },
    ...(options.fetch === undefined ? {} : { fetch: options.fetch }),
  };
  return new Provider(issuer, configuration);
}

function claimsOf({ id, name, email, emailVerified, roles }: Person): AccountClaims {
  return { sub: id, name, preferred_username: id, email, email_verified: emailVerified, roles: [...roles] };
}
