import { describe, expect, it } from "vitest";
import { startHttpServer } from "../../servers/http-server.ts";
import { startSink } from "../../servers/sink.ts";
import { startTunnelProxy } from "../../servers/tunnel-proxy.ts";
import { kept } from "../../support/clean-up.ts";
import { makeConnector } from "../../support/connectors.ts";
import { askOver, cookieOf, PASSWORD, startHouse } from "../../support/house.ts";
import { place } from "../../support/process.ts";

describe("behind a proxy", () => {
  it("[SSRF-20] a name that only the proxy would look up needs an entry, or the operator's word", async () => {
    const server = await kept(startHttpServer());
    const sink = await kept(startSink());
    const proxy = await kept(startTunnelProxy());
    const env = { PROXY: proxy.url };
    const url = `http://tools.example:${server.port}/mcp`;
    const listed = { more: { mcpSettings: { allowedDomains: ["*.example"] } } };
    const pair = { more: { mcpSettings: { allowedAddresses: [`tools.example:${server.port}`] } } };

    const unlisted = await kept(startHouse({}, { hosted: true, env }));
    const ann = await unlisted.user("ann");
    for (const type of ["streamable-http", "sse", "websocket"]) {
      const refused = await makeConnector(ann, type === "websocket" ? url.replace("http", "ws") : url, { type });
      expect([type, refused.status, refused.body.code]).toEqual([type, 403, "TARGET_BLOCKED"]);
      expect(refused.body.message).toMatch(/behind a proxy .*mcpSettings.*PROXY_ENFORCES_POLICY/);
    }
    expect(proxy.asked).toEqual([]);

    for (const options of [listed, pair, { env: { ...env, PROXY_ENFORCES_POLICY: "true" } }]) {
      const house = await kept(startHouse({}, { hosted: true, env, ...options }));
      const before = proxy.asked.length;
      expect((await makeConnector(await house.user("ann"), url)).status).toBe(201);
      expect(proxy.asked.slice(before)).toContain(`tools.example:${server.port}`);
    }

    // Whatever the proxy would let through: what is internal by its own words stays closed.
    const before = proxy.asked.length;
    const trusting = await kept(startHouse({}, { hosted: true, env: { ...env, PROXY_ENFORCES_POLICY: "true" } }));
    const bob = await trusting.user("bob");
    for (const host of ["127.0.0.1", "[::ffff:127.0.0.1]", "localhost", "metadata.google.internal", "169.254.169.254"])
      expect((await makeConnector(bob, `http://${host}:${sink.port}/mcp`)).body.code).toBe("TARGET_BLOCKED");
    expect([proxy.asked.length - before, sink.hits]).toEqual([0, 0]);
  }, 20_000);

  it("[SSRF-20] the operator's own servers are asked through it; a host that people choose is not", async () => {
    const server = await kept(startHttpServer());
    const sink = await kept(startSink());
    const proxy = await kept(startTunnelProxy());
    const own = { type: "streamable-http", url: `http://tools.example:${server.port}/mcp`, proxy: proxy.url };
    const chosen = {
      type: "streamable-http",
      url: `http://{{HOST}}:${sink.port}/mcp`,
      proxy: proxy.url,
      customUserVars: { HOST: { title: "Host", description: "" } },
    };
    const house = await kept(startHouse({ own, chosen }, { hosted: true }));
    const ann = await house.user("ann");
    expect((await ann.ask("POST", "/api/mcp/own/connect")).status).toBe(200);
    expect(new Set(proxy.asked)).toEqual(new Set([`tools.example:${server.port}`]));
    for (const host of ["inside.example", "127.0.0.1"]) {
      await ann.ask("POST", "/api/user/plugins", { pluginKey: "mcp_chosen", action: "install", auth: { HOST: host } });
      expect((await ann.ask("POST", "/api/mcp/chosen/connect")).body.code).toBe("TARGET_BLOCKED");
    }
    expect([new Set(proxy.asked).size, sink.hits]).toEqual([1, 0]);
  });

  it("[SSRF-20] that only the environment of programs knows is not used: HTTP_PROXY changes nothing", async () => {
    const server = await kept(startHttpServer());
    const proxy = await kept(startTunnelProxy());
    const home = await kept(
      place({ own: { type: "streamable-http", url: server.url.replace("127.0.0.1", "localhost"), startup: false } }),
    );
    const names = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    const program = home.start({ ...Object.fromEntries(names.map((name) => [name, proxy.url])), NODE_USE_ENV_PROXY: "1" });
    const [link] = await program.said(/http:\/\/\S+\/setup#token=\S+/);
    const { origin, hash } = new URL(link);
    const account = { token: hash.replace("#token=", ""), email: "a@example.org", name: "A", password: PASSWORD };
    // The test's own requests go where they say: this process has no proxy.
    const cookie = cookieOf(await askOver(origin, { method: "POST", path: "/api/setup", body: account }));
    const ask = (path: string, body?: object) => askOver(origin, { method: "POST", path, body, headers: { cookie } });
    expect((await ask("/api/mcp/own/connect")).status).toBe(200);
    expect(proxy.asked).toEqual([]);
  }, 20_000);
});
