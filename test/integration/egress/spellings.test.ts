import { describe, expect, it } from "vitest";
import { startHttpServer } from "../../servers/http-server.ts";
import { startSink } from "../../servers/sink.ts";
import { browserOf } from "../../support/browser-sign-in.ts";
import { kept } from "../../support/clean-up.ts";
import { allowing, makeConnector } from "../../support/connectors.ts";
import { startHouse } from "../../support/house.ts";

/** 127.0.0.1 and its like, as people have got around filters with them. */
const HOSTS =
  `127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 127.0.0.1. 0 0.0.0.0 127.255.255.254
  [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] [64:ff9b::7f00:1] [2002:7f00:1::] [::ffff:0:7f00:1]
  [2001:0:102:304:0:1234:80ff:fffe] localhost LOCALHOST localhost. localhost.. a.localhost ①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 127%2e0.0.1
  169.254.169.254 [fd00:ec2::254] metadata.google.internal 100.100.100.200 10.0.0.1 172.16.0.1 192.168.0.1 100.64.0.1 198.18.0.1 224.0.0.1
  255.255.255.255 redis printer.local`.split(/\s+/);
/** What is no host at all, or hides one. */
const MALFORMED = (port: number) => [
  `http://example.com@127.0.0.1:${port}/`,
  `http://127.0.0.1:${port}@example.com/`,
  `http://[fe80::1%25lo]:${port}/`,
  `http://[::1%lo]:${port}/`,
  `http:///127.0.0.1:${port}/`,
  `http:\\\\127.0.0.1:${port}\\`,
  `http:127.0.0.1:${port}/`,
  ` http://127.0.0.1:${port}/`,
  `http://127.0.0.1\t:${port}/`,
  `http://127.0.0.1:${port}#@example.com/`,
  `http://127.0.0.1:${port}?@example.com/`,
  `http://127.0.0.1:${port}\\@example.com/`,
  `//127.0.0.1:${port}/`,
];

describe("a connector somebody enters", () => {
  it("reaches nothing inside, however its address is spelt and whatever it is spoken to with", async () => {
    const sink = await kept(startSink());
    // No name leaves this machine, and none leads anywhere else.
    const lookup = async () => [{ address: "127.0.0.1", family: 4 }];
    const house = await kept(startHouse({}, { hosted: true, lookup }));
    const ann = await house.user("ann");
    for (const host of HOSTS) {
      for (const [type, scheme] of [
        ["streamable-http", "http"],
        ["sse", "https"],
        ["websocket", "ws"],
      ] as const) {
        const refused = await makeConnector(ann, `${scheme}://${host}:${sink.port}/mcp`, { type });
        expect([host, type, refused.body.code]).toEqual([host, type, "TARGET_BLOCKED"]);
      }
    }
    for (const url of MALFORMED(sink.port)) {
      const { status } = await makeConnector(ann, url);
      expect([url, [400, 403].includes(status)]).toEqual([url, true]);
    }
    expect(sink.hits).toBe(0);
    expect((await ann.ask("GET", "/api/mcp/servers")).body).toEqual({});
  }, 30_000);

  it("does not get there by being changed, nor with a value for its host", async () => {
    const sink = await kept(startSink());
    const server = await kept(startHttpServer());
    const chosen = {
      type: "streamable-http",
      url: "http://{{HOST}}/mcp",
      customUserVars: { HOST: { title: "Host", description: "" } },
    };
    const house = await kept(startHouse({ chosen }, { hosted: true, ...allowing(`127.0.0.1:${server.port}`) }));
    const ann = await house.user("ann");
    expect((await makeConnector(ann, server.url)).status).toBe(201);
    const config = { type: "streamable-http", title: "Mine", url: `http://127.0.0.1:${sink.port}/mcp` };
    expect((await ann.ask("PATCH", "/api/mcp/servers/mine", { config })).body.code).toBe("TARGET_BLOCKED");
    for (const host of HOSTS) {
      await ann.ask("POST", "/api/user/plugins", {
        pluginKey: "mcp_chosen",
        action: "install",
        auth: { HOST: `${host}:${sink.port}` },
      });
      const refused = await ann.ask("POST", "/api/mcp/chosen/connect");
      expect([host, ["TARGET_BLOCKED", "VALUE_NOT_SENDABLE"].includes(refused.body.code)]).toEqual([host, true]);
    }
    expect(sink.hits).toBe(0);
  }, 30_000);

  it("[SSRF-13] does not get there by its sign-in either", async () => {
    const sink = await kept(startSink());
    const server = await kept(startHttpServer());
    server.faults.accepts = ({ headers }) => headers.authorization !== undefined;
    const inside = `http://127.0.0.1:${sink.port}`;
    const house = await kept(startHouse({}, { hosted: true, ...allowing(`127.0.0.1:${server.port}`) }));
    const ann = await house.user("ann");
    const oauth = {
      authorization_url: `${inside}/authorize`,
      token_url: `${inside}/token`,
      revocation_endpoint: `${inside}/revoke`,
      client_id: "c",
      client_secret: "canary-secret",
    };
    expect((await makeConnector(ann, server.url, { oauth })).status).toBe(201);
    const browser = browserOf(ann);
    const asked = new URL((await browser.start("mine")).body.authorizationUrl).searchParams;
    const back = new URL(asked.get("redirect_uri") ?? "");
    back.searchParams.set("code", "a-code");
    back.searchParams.set("state", asked.get("state") ?? "");
    expect((await browser.back(back)).body).toContain("Not signed in");
    expect(sink.hits).toBe(0);
  });
});
