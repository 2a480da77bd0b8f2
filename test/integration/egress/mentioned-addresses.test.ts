import { describe, expect, it } from "vitest";
import { startHandmadeServer } from "../../servers/handmade-server.ts";
import { startSink } from "../../servers/sink.ts";
import { browserOf } from "../../support/browser-sign-in.ts";
import { kept } from "../../support/clean-up.ts";
import { allowing, makeConnector } from "../../support/connectors.ts";
import { startHouse } from "../../support/house.ts";
import { oauthWorld, stateOf } from "../../support/oauth-world.ts";

describe("an address that a server only mentions", () => {
  it("[SSRF-21] as an icon, a page or a resource is handed on, and never asked by us", async () => {
    const sink = await kept(startSink());
    const inside = (path: string) => `http://127.0.0.1:${sink.port}/${path}`;
    const icons = ["http", "https"].map((scheme) => ({
      src: inside(scheme).replace("http:", `${scheme}:`),
      mimeType: "image/png",
    }));
    const server = await kept(startHandmadeServer());
    server.instead.set("initialize", ({ answer }) =>
      answer({
        protocolVersion: "2025-11-25",
        capabilities: { tools: {}, resources: {}, prompts: {} },
        serverInfo: { name: "n", version: "1", icons, websiteUrl: inside("site") },
      }),
    );
    server.instead.set("tools/list", ({ answer }) =>
      answer({
        tools: [
          {
            name: "go",
            icons,
            inputSchema: { $schema: inside("schema"), $ref: inside("ref"), type: "object" },
            _meta: { icon: inside("meta") },
          },
        ],
      }),
    );
    server.instead.set("resources/list", ({ answer }) => answer({ resources: [{ uri: inside("resource"), name: "r", icons }] }));
    server.instead.set("resources/templates/list", ({ answer }) => answer({ resourceTemplates: [] }));
    server.instead.set("prompts/list", ({ answer }) => answer({ prompts: [{ name: "p", icons }] }));
    server.instead.set("tools/call", ({ answer }) =>
      answer({
        content: [
          { type: "resource_link", uri: inside("link"), name: "l", icons },
          { type: "resource", resource: { uri: inside("embedded"), text: "t" } },
          { type: "text", text: `![x](${inside("markdown")})` },
        ],
      }),
    );
    const own = { type: "streamable-http", url: server.url, iconPath: inside("operator.png") };
    const house = await kept(startHouse({ own }, { hosted: true, ...allowing(`127.0.0.1:${server.port}`) }));
    const ann = await house.user("ann");
    const made = await makeConnector(ann, server.url, { iconPath: inside("connector.png") });
    expect(made.status).toBe(201);
    for (const name of ["own", "mine"]) {
      expect((await ann.ask("POST", `/api/mcp/${name}/connect`)).status).toBe(200);
      for (const list of ["tools", "resources", "prompts"])
        expect((await ann.ask("GET", `/api/mcp/${name}/${list}`)).status).toBe(200);
      const call = await ann.ask("POST", `/api/mcp/${name}/tools/go/call`, { arguments: {} });
      expect(call.body.content).toHaveLength(3);
    }
    for (const path of ["/api/mcp/servers", "/api/mcp/tools"]) expect((await ann.ask("GET", path)).status).toBe(200);
    expect(server.asked).toEqual(expect.arrayContaining(["resources/list", "prompts/list", "tools/call"]));
    expect(sink.hits).toBe(0);
  });

  it("[SSRF-21] [SSRF-13] in the words of an authorization server is never asked by us either", async () => {
    const sink = await kept(startSink());
    const inside = (path: string) => `http://127.0.0.1:${sink.port}/${path}`;
    const pages = [
      "logo_uri",
      "jwks_uri",
      "userinfo_endpoint",
      "introspection_endpoint",
      "service_documentation",
      "op_policy_uri",
      "op_tos_uri",
      "registration_client_uri",
      "end_session_endpoint",
      "pushed_authorization_request_endpoint",
      "resource_documentation",
    ];
    const described = Object.fromEntries(pages.map((name) => [name, inside(name)]));
    const { idp, server, house } = await oauthWorld();
    idp.describe = (metadata) => ({ ...metadata, ...described });
    server.describe = (metadata) => ({ ...metadata, ...described });
    idp.give = (tokens) => ({ ...tokens, ...described });
    const ann = await house.user("ann");
    expect((await browserOf(ann).signIn("notes")).body).toContain("Signed in to Notes");
    await expect.poll(async () => (await stateOf(ann)).state).toBe("connected");
    expect((await ann.ask("DELETE", "/api/mcp/grants/notes")).status).toBe(200);
    expect(sink.hits).toBe(0);
  });

  it("[SSRF-11] [SSRF-13] is not asked under a name that leads inside, whoever names it", async () => {
    const sink = await kept(startSink());
    const inside = `https://public.example:${sink.port}`;
    const lookup = async () => [
      { address: "93.184.216.34", family: 4 },
      { address: "127.0.0.1", family: 4 },
    ];
    for (const who of [
      "resource_metadata",
      "authorization_servers",
      "token_endpoint",
      "registration_endpoint",
      "revocation_endpoint",
    ]) {
      const { idp, server, house } = await oauthWorld({ lookup });
      if (who === "resource_metadata")
        server.refuse = (_, response) =>
          void response.writeHead(401, { "www-authenticate": `Bearer resource_metadata="${inside}/latest/meta-data/"` }).end();
      else if (who === "authorization_servers") server.describe = (metadata) => ({ ...metadata, [who]: [inside] });
      else idp.describe = (metadata) => ({ ...metadata, [who]: `${inside}/x` });
      const ann = await house.user("ann");
      // The 401's own words are heard first.
      await ann.ask("POST", "/api/mcp/notes/connect");
      const page = await browserOf(ann).signIn("notes");
      const signedIn = String(page.body).includes("Signed in to");
      expect([who, signedIn]).toEqual([who, who === "revocation_endpoint"]);
      if (signedIn) await ann.ask("DELETE", "/api/mcp/grants/notes");
    }
    expect(sink.hits).toBe(0);
  }, 20_000);

  it("[SSRF-13] is not the operator's where a person's value decides on it", async () => {
    const sink = await kept(startSink());
    const { house, idp } = await oauthWorld({
      servers: ({ idp: { origin }, server }) => ({
        tenant: {
          type: "streamable-http",
          url: server.url,
          oauth: {
            authorization_url: `${origin}/authorize`,
            token_url: "http://{{TENANT}}/token",
            client_id: "c",
          },
          customUserVars: { TENANT: { title: "Tenant", description: "" } },
        },
      }),
    });
    const ann = await house.user("ann");
    const enter = (tenant: string) =>
      ann.ask("POST", "/api/user/plugins", { pluginKey: "mcp_tenant", action: "install", auth: { TENANT: tenant } });
    await enter(`127.0.0.1:${sink.port}`);
    expect((await browserOf(ann).signIn("tenant")).body).toContain("Not signed in");
    expect(sink.hits).toBe(0);
    await enter(`127.0.0.1:${idp.port}`);
    expect((await browserOf(ann).signIn("tenant")).body).toContain("Signed in to");
  });
});
