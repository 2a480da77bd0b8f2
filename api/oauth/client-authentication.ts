import { type OAuthClientInformationMixed, type OAuthClientProvider, selectClientAuthMethod } from "../mcp/sdk.ts";

type AddAuthentication = NonNullable<OAuthClientProvider["addClientAuthentication"]>;

/**
 * Says in a request who the client is, in a way that the endpoint takes. Basic authentication carries id and secret
 * form-encoded (RFC 6749, 2.3.1): the SDK's own does not, and a `:` would end the id early.
 */
export function authenticate(
  client: OAuthClientInformationMixed,
  methods: unknown,
  { headers, body }: { headers: Headers; body: URLSearchParams },
): void {
  const { client_id: id, client_secret: secret = "" } = client;
  const method = selectClientAuthMethod(client, Array.isArray(methods) ? methods : []);
  if (method === "client_secret_basic") {
    const credentials = Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString("base64");
    headers.set("authorization", `Basic ${credentials}`);
    return;
  }
  body.set("client_id", id);
  if (method === "client_secret_post") body.set("client_secret", secret);
}

/** The same for requests to a token endpoint that the SDK makes. `clientOf`: nobody in particular when it gives none. */
export function tokenAuthentication(clientOf: OAuthClientProvider["clientInformation"]): AddAuthentication {
  return async (headers, body, _url, metadata) => {
    const client = await clientOf();
    if (client !== undefined) authenticate(client, metadata?.token_endpoint_auth_methods_supported, { headers, body });
  };
}

function formEncoded(text: string): string {
  return encodeURIComponent(text).replaceAll("%20", "+");
}
