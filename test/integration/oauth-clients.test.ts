import { describe, expect, it } from "vitest";
import type { IdpRequest } from "../servers/scripted-idp.ts";
import { echo, oauthWorld, signedIn } from "../support/oauth-world.ts";

/** How an authorization server reads it (RFC 6749, 2.3.1). */
function basicOf({ headers }: IdpRequest): string[] {
  const [id = "", ...secret] = Buffer.from(String(headers.authorization).replace("Basic ", ""), "base64").toString().split(":");
  return [id, secret.join(":")].map((part) => decodeURIComponent(part.replaceAll("+", " ")));
}

const credentials = [
  ["urn:team:patchbay", "a+b/c=%41:d e~ü"],
  ["patchbay-1", "plain_Secret.2"],
] as const;

function withClient(id: string, secret: string, more: object = {}) {
  return oauthWorld({
    servers: ({ idp, server }) => {
      const oauth = { issuer: idp.origin, token_url: `${idp.origin}/token`, client_id: id, client_secret: secret, ...more };
      return { notes: { title: "Notes", type: "streamable-http", url: server.url, oauth } };
    },
  });
}

describe("a client with a secret", () => {
  it.each(credentials)("is told whole for codes, renewals and revocations, whatever stands in it: %s", async (id, secret) => {
    const { idp, house } = await withClient(id, secret, { token_exchange_method: "basic_auth_header" });
    const { who } = await signedIn(house, "ann");
    idp.expireAll();
    expect((await echo(who)).status).toBe(200);
    await who.ask("DELETE", "/api/mcp/grants/notes");
    const asked = idp.requests.filter(({ path }) => path === "/token" || path === "/revoke");
    expect(asked.map(({ path, params }) => params.get("grant_type") ?? path)).toEqual([
      "authorization_code",
      "refresh_token",
      "/revoke",
      "/revoke",
    ]);
    for (const request of asked) {
      expect(basicOf(request)).toEqual([id, secret]);
      expect([request.params.get("client_id"), request.params.get("client_secret")]).toEqual([null, null]);
    }
    const [plain] = credentials[1];
    if (id === plain) expect(asked[0]?.headers.authorization).toBe(`Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`);
  });

  it.each(credentials)("is told whole where nobody signs in: %s", async (id, secret) => {
    const { idp, server, house } = await withClient(id, secret, { grant_type: "client_credentials" });
    idp.instead.set("/token", (_, response) => {
      const body = JSON.stringify({ access_token: "machine", token_type: "Bearer", expires_in: 600 });
      response.writeHead(200, { "content-type": "application/json" }).end(body);
      return true;
    });
    server.admits = (_, { headers }) => headers.authorization === "Bearer machine";
    expect((await echo(await house.user("ann"))).status).toBe(200);
    const [request] = idp.tokenPosts("client_credentials");
    expect(request && basicOf(request)).toEqual([id, secret]);
  });

  it("is told in the body where the authorization server takes it nowhere else", async () => {
    const { idp, house } = await withClient("urn:team:patchbay", "a b");
    idp.describe = (metadata) => ({ ...metadata, token_endpoint_auth_methods_supported: ["client_secret_post"] });
    await signedIn(house, "ann");
    const [request] = idp.tokenPosts();
    expect(request?.headers.authorization).toBeUndefined();
    expect([request?.params.get("client_id"), request?.params.get("client_secret")]).toEqual(["urn:team:patchbay", "a b"]);
  });
});
