import { writeFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { describe, expect, it } from "vitest";
import { allowedAddressFault } from "../../../config/target-policy.ts";
import { kept } from "../../support/clean-up.ts";
import { allowing, makeConnector } from "../../support/connectors.ts";
import { configText, type RunningHouse, startHouse } from "../../support/house.ts";

/** Requests that came from nobody: what the house would ask itself. */
const ownRequests = ({ log }: RunningHouse) =>
  log.filter((line) => line.includes('"msg":"request"') && !line.includes('"userId"'));

describe("the house's own door", () => {
  it("[SSRF-19] is closed to connectors under every name and address of this machine, even one the operator listed", async () => {
    const house = await kept(startHouse({}, { hosted: true, lookup: async () => [{ address: "127.0.0.1", family: 4 }] }));
    const { port } = new URL(house.url);
    const outside = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .map(({ address, family }) => (family === "IPv6" ? `[${address.split("%")[0]}]` : address));
    const hosts = [
      "127.0.0.1",
      "127.8.8.8",
      "localhost",
      "a.localhost",
      "[::1]",
      "[::ffff:7f00:1]",
      "0.0.0.0",
      "[::]",
      "2130706433",
      "inside.example",
      hostname(),
      ...outside,
    ];
    const listed = hosts.map((each) => `${each}:${port}`).filter((each) => allowedAddressFault(each) === null);
    writeFileSync(house.configPath, configText({}, allowing(...listed).more));
    const ann = await house.user("ann");
    await expect.poll(() => house.house.config.config.settings.allowedAddresses.length, { timeout: 5_000 }).toBeGreaterThan(0);
    for (const host of hosts) {
      for (const path of ["/api/mcp/servers", "/mcp", "/health/live"]) {
        const refused = await makeConnector(ann, `http://${host}:${port}${path}`);
        expect([host, refused.status, refused.body.code]).toEqual([host, 403, "TARGET_BLOCKED"]);
      }
    }
    expect(ownRequests(house)).toEqual([]);
  });

  it("[SSRF-19] is closed under the addresses people use, without looking them up", async () => {
    const asked: string[] = [];
    const house = await kept(
      startHouse(
        {},
        {
          hosted: true,
          publicUrl: "https://chat.example.org",
          allowedHosts: ["chat.example.net"],
          env: { DOMAIN_SERVER: "https://chat.example.org", DOMAIN_CLIENT: "https://page.example.org:8443" },
          lookup: async (name) => {
            asked.push(name);
            return [{ address: "127.0.0.1", family: 4 }];
          },
        },
      ),
    );
    const ann = await house.user("ann");
    for (const url of [
      "https://chat.example.org/api/mcp/servers",
      "https://chat.example.net/mcp",
      "http://chat.example.net/mcp",
      "https://CHAT.example.org.:443/mcp",
      "https://page.example.org:8443/mcp",
      "wss://chat.example.org/socket.io/",
    ]) {
      const refused = await makeConnector(ann, url, url.startsWith("wss") ? { type: "websocket" } : {});
      expect([url, refused.status, refused.body.code]).toEqual([url, 403, "TARGET_BLOCKED"]);
    }
    expect(asked).toEqual([]);
  });

  it("is open to the operator, who may have a server behind the same port", async () => {
    const house = await kept(startHouse({}, { hosted: true }));
    const entry = { type: "streamable-http", url: `${house.url}/health/live`, startup: false };
    writeFileSync(house.configPath, configText({ own: entry }));
    const ann = await house.user("ann");
    await expect
      .poll(async () => (await ann.ask("POST", "/api/mcp/own/connect")).body.code, { timeout: 5_000 })
      .not.toBe("SERVER_UNKNOWN");
    expect(ownRequests(house).length).toBeGreaterThan(0);
  });
});
