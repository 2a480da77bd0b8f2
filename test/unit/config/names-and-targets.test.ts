import { describe, expect, it } from "vitest";
import { nameSkeleton, slugFromTitle, splitToolKey, toolKey } from "../../../config/names.ts";
import {
  allowedAddressFault,
  isBlockedTarget,
  isPrivateAddress,
  isServerUrlAllowed,
  isTargetAllowed,
  sanitizeUrl,
} from "../../../config/target-policy.ts";

describe("names", () => {
  it("come back from a tool key to the server they were made from", () => {
    for (const [tool, server] of [
      ["search", "My Server!"],
      ["a_mcp_b", "c"],
      ["x", "日本語"],
    ] as const) {
      expect(splitToolKey(toolKey(tool, server), ["b", "My Server!", "c", "日本語"])).toEqual([tool, server]);
    }
    expect(splitToolKey("x_mcp_b_mcp_c", ["c", "b_mcp_c"])).toEqual(["x", "b_mcp_c"]);
  });

  it("of connectors are made from titles, each its own", () => {
    const taken = new Set(["my-tool", "my-tool-2"]);
    expect(slugFromTitle("My Tool", (name) => taken.has(name))).toBe("my-tool-3");
    expect(slugFromTitle("日本")).toBe("mcp-server");
    expect(slugFromTitle(`${"a".repeat(63)} b`)).toBe("a".repeat(63));
    expect(slugFromTitle("a".repeat(70), (name) => name.length === 64 && !name.endsWith("-11"))).toBe(`${"a".repeat(61)}-11`);
    expect([slugFromTitle("Servers"), slugFromTitle("Constructor")]).toEqual(["servers-2", "constructor-2"]);
  });

  it("have one skeleton when they look the same", () => {
    expect(nameSkeleton("gіthub")).toBe(nameSkeleton("GitHub"));
    expect(nameSkeleton("ｇithub")).toBe(nameSkeleton("github"));
    expect(nameSkeleton("gıthub")).toBe(nameSkeleton("github"));
    expect(nameSkeleton("օffice")).toBe(nameSkeleton("office"));
    expect(nameSkeleton("gitlab")).not.toBe(nameSkeleton("github"));
  });
});

describe("targets", () => {
  it("are private in every spelling of a private address", () => {
    const spellings =
      "127.0.0.1 2130706433 0x7f.1 0177.0.0.1 ::ffff:127.0.0.1 ::ffff:7f00:1 ::7f00:1 64:ff9b::7f00:1 2002:7f00:1:: fe80::1%eth0 [::1] 169.254.169.254 0.0.0.0 ::";
    for (const address of spellings.split(" ")) expect(isPrivateAddress(address), address).toBe(true);
    for (const address of "8.8.8.8 2606:4700::1111 ::ffff:808:808 64:ff9b::808:808 example.com".split(" ")) {
      expect(isPrivateAddress(address), address).toBe(false);
    }
  });

  it("inside are blocked by name too, unless exactly this host and port is allowed", () => {
    const names = "rag-api rag_api api database db kibana internal backend localhost.localdomain box.localdomain".split(" ");
    for (const host of ["metadata.google.internal", "localhost.", "REDIS", "a.b.local", "[::1]", ...names])
      expect(isBlockedTarget(host), host).toBe(true);
    expect(isBlockedTarget("[::1]", { port: "8080", allowedAddresses: ["[::1]:8080"] })).toBe(false);
    expect(isBlockedTarget("[::1]", { port: "80", allowedAddresses: ["[::1]:8080"] })).toBe(true);
    expect(isTargetAllowed("http://localhost/mcp", { allowedDomains: [], allowedAddresses: ["localhost:80"] })).toBe(true);
  });

  it("pass a list by what the parser makes of them, not by how they look", () => {
    expect(isServerUrlAllowed("https://example.com@evil.example/", ["example.com"])).toBe(false);
    expect(isServerUrlAllowed("https://example.com.evil.example/", ["example.com"])).toBe(false);
    expect(isServerUrlAllowed("https://EXAMPLE.com./x", ["example.com"])).toBe(true);
    expect(isServerUrlAllowed("https://h.example/", ["https://h.example:443"])).toBe(false);
    expect(isServerUrlAllowed("https://h.example:443/", ["https://h.example:443"])).toBe(true);
  });

  it("pass a list in every spelling of a name or an address, and by the schemes of servers alone", () => {
    const listed: [string, string][] = [
      ["https://bücher.example/mcp", "bücher.example"],
      ["https://xn--bcher-kva.example/mcp", "BÜCHER.example"],
      ["https://x.bücher.example/mcp", "*.bücher.example"],
      ["https://bücher.example:8443/mcp", "*.xn--bcher-kva.example:8443"],
      ["https://[::1]:3000/mcp", "[0:0::1]"],
      ["http://127.0.0.1/mcp", "0x7f.1"],
      ["wss://example.com/", "example.com"],
    ];
    for (const [url, entry] of listed) expect([url, entry, isServerUrlAllowed(url, [entry])]).toEqual([url, entry, true]);
    expect(isServerUrlAllowed("https://x.bücher.example/", ["bücher.example"])).toBe(false);
    expect(isServerUrlAllowed("https://bücher.example:9443/", ["bücher.example:8443"])).toBe(false);
    for (const url of ["ftp://example.com/", "file://example.com/", "unix://example.com/"])
      expect([url, isServerUrlAllowed(url, ["example.com"])]).toEqual([url, false]);
  });

  it("are the exempted pair in every spelling of either", () => {
    const pairs: [string, string, string][] = [
      ["[::1]", "3000", "[0:0:0:0:0:0:0:1]:3000"],
      ["::1", "3000", "[0::1]:03000"],
      ["10.0.0.5", "8080", "10.0.0.5:08080"],
      ["127.0.0.1", "80", "127.1:80"],
      ["127.0.0.1", "80", "0x7f.1:80"],
      ["127.0.0.1", "80", "2130706433:80"],
    ];
    for (const [host, port, entry] of pairs) {
      expect([entry, allowedAddressFault(entry)]).toEqual([entry, null]);
      expect([entry, isBlockedTarget(host, { port, allowedAddresses: [entry] })]).toEqual([entry, false]);
      expect([entry, isBlockedTarget(host, { port: "81", allowedAddresses: [entry] })]).toEqual([entry, true]);
    }
    expect(isBlockedTarget("10.0.0.5", { port: "80", allowedAddresses: ["10.0.0.5"] })).toBe(true);
  });

  it("can be exempted as one private pair and nothing wider", () => {
    for (const entry of ["10.0.0.5:8080", "[fd00::1]:443", "host.docker.internal:11434", "redis:6379"])
      expect(allowedAddressFault(entry), entry).toBeNull();
    for (const entry of [
      "10.0.0.5",
      "10.0.0.0/8",
      "http://10.0.0.5:80",
      "8.8.8.8:53",
      "10.0.0.5:0",
      "10.0.0.5:70000",
      "fd00::1:443",
      "*:80",
      "",
    ]) {
      expect(allowedAddressFault(entry), entry).not.toBeNull();
    }
  });

  it("go to logs without credentials and query", () => {
    expect(sanitizeUrl("https://u:p@a.example:8443/mcp?token=x#y")).toBe("https://a.example:8443/mcp");
    expect(sanitizeUrl("wss://a.example/x")).toBe("wss://a.example/x");
  });
});
