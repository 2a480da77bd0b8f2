import { describe, expect, it } from "vitest";
import { targetGate } from "../../../api/egress/target-gate.ts";
import { cpuMs } from "../config/cpu-time.ts";

const asks = (gate: ReturnType<typeof targetGate>, url: string) => {
  try {
    gate.check(new URL(url));
    return "open";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("the target gate", () => {
  const gate = targetGate({ trustedOrigins: ["http://10.0.0.5:8080/mcp"], allowedAddresses: ["192.168.1.9:443"] });

  it("opens exactly the operator's origin, and public hosts", () => {
    expect(asks(gate, "http://10.0.0.5:8080/other")).toBe("open");
    expect(asks(gate, "ws://10.0.0.5:8080/")).toBe("open");
    expect(asks(gate, "https://example.com/")).toBe("open");
    for (const url of ["http://10.0.0.5:8081/", "https://10.0.0.5:8080/", "http://10.0.0.6:8080/"])
      expect(asks(gate, url)).toBe("TARGET_BLOCKED");
  });

  it("opens an exempt pair and not its neighbours", () => {
    expect(asks(gate, "https://192.168.1.9/")).toBe("open");
    expect(asks(gate, "http://192.168.1.9/")).toBe("TARGET_BLOCKED");
  });

  it("[SSRF-03] knows an internal address in every spelling", () => {
    const spellings = [
      "127.0.0.1",
      "2130706433",
      "0x7f.1",
      "0177.0.0.1",
      "[::1]",
      "[::ffff:7f00:1]",
      "[64:ff9b::7f00:1]",
      "[2002:7f00:1::]",
      "localhost",
      "a.localhost",
      "localhost.",
      "169.254.169.254",
      "0.0.0.0",
      "①②⑦.⓪.⓪.①",
    ];
    for (const host of spellings) expect([host, asks(gate, `http://${host}/`)]).toEqual([host, "TARGET_BLOCKED"]);
  });

  it("is closed to addresses that nobody outside may have, also as what a name leads to", () => {
    for (const address of "192.0.2.1 198.51.100.7 203.0.113.255 2001:db8::1 3fff:fff::1 fec0::1 feff:ff::1 ::ffff:203.0.113.1".split(
      " ",
    )) {
      const host = address.includes(":") ? `[${address}]` : address;
      expect([host, asks(gate, `http://${host}/`)]).toEqual([host, "TARGET_BLOCKED"]);
      expect([host, gate.allowsAddress(address, new URL("https://example.com"))]).toEqual([host, false]);
    }
    for (const host of ["192.0.3.1", "198.51.101.1", "[2001:db9::1]", "[2600::1]"])
      expect([host, asks(gate, `http://${host}/`)]).toEqual([host, "open"]);
  });

  it("judges a host within a moment, however many dots a stranger put into it", () => {
    const dots = ".".repeat(100_000);
    const before = cpuMs();
    for (const host of [`a${dots}b`, `a${dots}localhost`, `a${dots}`, `${"a.".repeat(50_000)}b`])
      expect(["open", "TARGET_BLOCKED"]).toContain(asks(gate, `http://${host}/`));
    expect(cpuMs() - before).toBeLessThan(300);
    expect(asks(gate, `http://localhost${dots}/`)).toBe("TARGET_BLOCKED");
  });

  it("[SSRF-17] opens what is listed with exactly this port, and none of its neighbours", () => {
    const ports = [6379, 27017, 22, 25, 9200, 80, 443, 8081];
    const lists = [
      { allowedAddresses: ["allowed.internal:8080", "[fd00::0:1]:8080"] },
      { allowedDomains: ["http://allowed.internal:8080", "http://[fd00::1]:8080"] },
      { trustedOrigins: ["http://allowed.internal:8080/mcp", "http://[fd00::1]:8080/mcp"] },
    ];
    for (const list of lists) {
      const exact = targetGate({ trustedOrigins: [], allowedAddresses: [], ...list });
      for (const host of ["allowed.internal", "[fd00::1]"]) {
        expect([list, host, asks(exact, `http://${host}:8080/mcp`)]).toEqual([list, host, "open"]);
        expect(exact.allowsAddress("10.0.0.7", new URL(`http://${host}:8080`))).toBe(true);
        for (const port of ports) {
          expect([list, port, asks(exact, `http://${host}:${port}/`)]).toEqual([list, port, "TARGET_BLOCKED"]);
          expect(exact.allowsAddress("10.0.0.7", new URL(`http://${host}:${port}`))).toBe(false);
        }
      }
      for (const other of ["www.allowed.internal", "a.allowed.internal", "[fd00::2]"])
        expect([list, asks(exact, `http://${other}:8080/`)]).toEqual([list, "TARGET_BLOCKED"]);
    }
    const schemed = targetGate({ trustedOrigins: [], allowedAddresses: [], allowedDomains: ["https://allowed.internal"] });
    expect(asks(schemed, "https://allowed.internal/")).toBe("open");
    expect(asks(schemed, "http://allowed.internal:443/")).toBe("TARGET_BLOCKED");
    const pattern = targetGate({
      trustedOrigins: [],
      allowedAddresses: [],
      allowedDomains: ["*.internal", "allowed.internal:99999"],
    });
    expect(asks(pattern, "http://allowed.internal/")).toBe("TARGET_BLOCKED");
    const bare = targetGate({ trustedOrigins: [], allowedAddresses: [], allowedDomains: ["allowed.internal"] });
    expect(["", ":80", ":6379"].map((port) => asks(bare, `http://allowed.internal${port}/`))).toEqual([
      "open",
      "open",
      "TARGET_BLOCKED",
    ]);
  });

  it("refuses schemes that are no web", () => {
    for (const url of ["file:///etc/passwd", "ftp://example.com/", "javascript:alert(1)", "data:text/plain,x"])
      expect(asks(gate, url)).toBe("TARGET_BLOCKED");
  });

  it("judges every address a name resolves to", () => {
    const origin = new URL("https://example.com");
    expect(gate.allowsAddress("93.184.216.34", origin)).toBe(true);
    expect(gate.allowsAddress("10.0.0.1", origin)).toBe(false);
    const trusting = targetGate({ trustedOrigins: ["http://wiki.corp/"], allowedAddresses: [] });
    expect(trusting.allowsAddress("10.0.0.1", new URL("http://wiki.corp"))).toBe(true);
  });

  it("takes names that somebody else looks up only from a list", () => {
    const behind = (allowedDomains: string[]) =>
      targetGate({
        trustedOrigins: ["http://own.corp"],
        allowedAddresses: ["db.corp:81"],
        allowedDomains,
        isResolvedElsewhere: true,
      });
    for (const url of ["http://own.corp/", "http://db.corp:81/", "http://8.8.8.8/"]) expect(asks(behind([]), url)).toBe("open");
    for (const url of ["http://example.com/", "http://db.corp/", "http://10.0.0.1/"])
      expect(asks(behind([]), url)).toBe("TARGET_BLOCKED");
    expect(asks(behind(["*.example.com"]), "https://mcp.example.com/")).toBe("open");
    expect(asks(behind(["*.example.com"]), "https://example.org/")).toBe("TARGET_BLOCKED");
  });
});
