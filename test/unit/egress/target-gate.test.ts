import { describe, expect, it } from "vitest";
import { targetGate } from "../../../api/egress/target-gate.ts";

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

  it("refuses schemes that are no web", () => {
    for (const url of ["file:///etc/passwd", "ftp://example.com/", "javascript:alert(1)", "data:text/plain,x"])
      expect(asks(gate, url)).toBe("TARGET_BLOCKED");
  });

  it("judges every address a name resolves to", () => {
    expect(gate.allowsAddress("93.184.216.34", "example.com", 443)).toBe(true);
    expect(gate.allowsAddress("10.0.0.1", "example.com", 443)).toBe(false);
    expect(
      targetGate({ trustedOrigins: ["http://wiki.corp/"], allowedAddresses: [] }).allowsAddress("10.0.0.1", "wiki.corp", 80),
    ).toBe(true);
  });
});
