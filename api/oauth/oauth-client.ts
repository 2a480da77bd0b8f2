import { createHash } from "node:crypto";
import { AppError } from "../errors/app-error.ts";
import {
  isHttpsUrl,
  type OAuthClientInformationMixed,
  type OAuthClientMetadata,
  RegistrationRejectedError,
  registerClient,
  resolveClientMetadata,
} from "../mcp/sdk.ts";
import type { Clock } from "../ports/clock.ts";
import type { OAuthClientRecord, OAuthClientStore } from "../ports/grant-store.ts";
import type { SealContext, SecretBox } from "../ports/secret-box.ts";
import { unavailable } from "./bounded-fetch.ts";
import { hostOf } from "./discover.ts";
import type { Place, ResolvedServer } from "./place.ts";

/** How this platform is known at one authorization server, and by which of the four ways. */
export interface OAuthClient {
  readonly kind: "configured" | "metadata" | "registered";
  readonly information: OAuthClientInformationMixed;
}

export interface OAuthClientsOptions {
  store: OAuthClientStore;
  box: SecretBox;
  clock: Clock;
  /** The address of the document that says who this platform is, instead of our own. */
  metadataUrl: string | null;
}

export interface ClientWanted {
  server: ResolvedServer;
  place: Place;
  baseUrl: string;
}

/** What a registration is good for. */
export interface Registration {
  server: ResolvedServer;
  place: Place;
  redirectUri: string;
}

export interface OAuthClients {
  /** Configured beforehand, else by metadata document, else registered dynamically, else the operator has to help. Throws AppError. */
  of(wanted: ClientWanted): Promise<OAuthClient>;
  /** The authorization server does not know it any more: the next sign-in registers again. */
  forget(wanted: Registration): Promise<void>;
  /** What the document at our own address says. */
  metadata(baseUrl: string, server: string): OAuthClientMetadata & { client_id: string };
}

const CLIENT_NAME = "Patchbay";

export function redirectUriOf(baseUrl: string, server: string): string {
  return `${baseUrl}/api/mcp/${encodeURIComponent(server)}/oauth/callback`;
}

export function oauthClients({ store, box, clock, metadataUrl }: OAuthClientsOptions): OAuthClients {
  const running = new Map<string, Promise<OAuthClient>>();
  const documentUrl = (baseUrl: string, server: string) =>
    metadataUrl ?? `${baseUrl}/api/mcp/${encodeURIComponent(server)}/oauth/client-metadata.json`;

  const opened = (record: OAuthClientRecord, server: ResolvedServer): OAuthClient | null => {
    const plain = box.open(contextOf(server, record.issuer), record.sealed);
    if (plain === null) return null;
    const information = JSON.parse(plain) as OAuthClientInformationMixed;
    const { client_secret_expires_at: endsAt } = information as { client_secret_expires_at?: number };
    const hasEnded = endsAt !== undefined && endsAt > 0 && endsAt * 1_000 <= clock.now();
    return hasEnded ? null : { kind: "registered", information };
  };

  async function registered(wanted: ClientWanted, key: string): Promise<OAuthClient> {
    const { server, place } = wanted;
    const kept = await store.get(key);
    const known = kept === null ? null : opened(kept, server);
    if (known !== null) return known;
    if (kept !== null) await store.delete(key);
    const information = await register(wanted);
    const sealed = box.seal(contextOf(server, place.issuer), JSON.stringify(information));
    const record = await store.getOrPut({ key, issuer: place.issuer, createdAt: clock.now(), sealed });
    return opened(record, server) ?? { kind: "registered", information };
  }

  return {
    async of(wanted) {
      const { server, place, baseUrl } = wanted;
      if (server.oauth.clientId !== undefined) return configured(server, place);
      const url = documentUrl(baseUrl, server.name);
      if (place.metadata?.client_id_metadata_document_supported === true && isHttpsUrl(url))
        return { kind: "metadata", information: { client_id: url, token_endpoint_auth_method: "none" } };
      if (place.metadata !== null && place.metadata.registration_endpoint === undefined)
        throw new AppError("OAUTH_CLIENT_UNKNOWN", `${hostOf(place.issuer)} registers nobody by itself`);
      const key = keyOf({ server, place, redirectUri: redirectUriOf(baseUrl, server.name) });
      const sharing = running.get(key) ?? registered(wanted, key).finally(() => running.delete(key));
      running.set(key, sharing);
      return sharing;
    },
    forget: (wanted) => store.delete(keyOf(wanted)),
    metadata: (baseUrl, server) => ({
      client_id: documentUrl(baseUrl, server),
      ...clientMetadata(baseUrl, server),
      token_endpoint_auth_method: "none",
    }),
  };
}

/** The client a grant was given to; a configured one with its secret of now. Throws AppError. */
export function clientOfGrant(server: ResolvedServer, client: OAuthClient, place: Place): OAuthClient["information"] {
  return client.kind === "configured" ? configured(server, place).information : client.information;
}

/** What the operator wrote, for the authorization server it belongs to and no other. */
function configured({ oauth }: ResolvedServer, place: Place): OAuthClient {
  const { clientId = "", clientSecret, issuer, tokenExchangeMethod } = oauth;
  if (issuer !== undefined && issuer !== place.issuer)
    throw unavailable(`it is signed in to at ${hostOf(place.issuer)}, but the client belongs to ${hostOf(issuer)}`);
  if (clientSecret === undefined)
    return { kind: "configured", information: { client_id: clientId, token_endpoint_auth_method: "none" } };
  const information = { client_id: clientId, client_secret: clientSecret };
  if (tokenExchangeMethod === undefined) return { kind: "configured", information };
  const method = tokenExchangeMethod === "default_post" ? "client_secret_post" : "client_secret_basic";
  return { kind: "configured", information: { ...information, token_endpoint_auth_method: method } };
}

async function register({ server, place, baseUrl }: ClientWanted): Promise<OAuthClientInformationMixed> {
  const supported = place.metadata?.token_endpoint_auth_methods_supported;
  const method = ["client_secret_basic", "client_secret_post", "none"].find((each) => supported?.includes(each) === true);
  const written = { ...clientMetadata(baseUrl, server.name), token_endpoint_auth_method: method ?? "client_secret_basic" };
  const metadata = resolveClientMetadata({ clientMetadata: written, redirectUrl: redirectUriOf(baseUrl, server.name) });
  try {
    // Without a scope: some would hold us to it, and refuse whatever more is needed later (RFC 7591, 2).
    return await registerClient(place.issuer, {
      metadata: place.metadata ?? undefined,
      clientMetadata: metadata,
      fetchFn: server.fetch,
    });
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why =
      error instanceof RegistrationRejectedError
        ? `refused to register this platform (HTTP ${error.status})`
        : "did not register this platform";
    throw unavailable(`${hostOf(place.issuer)} ${why}`, error);
  }
}

function clientMetadata(baseUrl: string, server: string): OAuthClientMetadata {
  return {
    client_name: CLIENT_NAME,
    client_uri: baseUrl,
    redirect_uris: [redirectUriOf(baseUrl, server)],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
  };
}

/** Everything a registration is good for: nothing of one authorization server is ever shown to another. */
function keyOf({ server, place, redirectUri }: Registration): string {
  const parts = [server.name, new URL(server.url).origin, place.issuer, redirectUri];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

function contextOf(server: ResolvedServer, issuer: string): SealContext {
  return { purpose: "oauth-client", userId: "", server: server.name, origin: new URL(server.url).origin, name: issuer };
}
