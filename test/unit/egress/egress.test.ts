import { describe, expect, it } from "vitest";
import { type Egress, openEgress } from "../../../api/egress/egress.ts";
import { targetGate } from "../../../api/egress/target-gate.ts";
import { websocketTransport } from "../../../api/mcp/transports/websocket-transport.ts";
import { startSink } from "../../servers/sink.ts";
import { cleanups, kept } from "../../support/clean-up.ts";

/** A way out with the real rules, and what its resolver was asked for. */
function wayOut(): { egress: Egress; lookups: string[] } {
  const lookups: string[] = [];
  const egress = openEgress({
    gate: targetGate({ trustedOrigins: [], allowedAddresses: [] }),
    lookup: async (name) => {
      lookups.push(name);
      return [{ address: "127.0.0.1", family: 4 }];
    },
  });
  cleanups.push(() => egress.close());
  return { egress, lookups };
}

const codeOf = async (asked: Promise<unknown>): Promise<string> => {
  try {
    await asked;
    return "reached";
  } catch (error) {
    for (let each = error; each instanceof Error; each = each.cause) if ("code" in each) return String(each.code);
    return String(error);
  }
};

describe("a way out", () => {
  it("[SSRF-08] refuses literal addresses, which no look-up ever sees, on each of its ways", async () => {
    const sink = await kept(startSink());
    const { egress, lookups } = wayOut();
    const exchange = { headers: [], body: "{}", signal: null };
    for (const host of [
      "127.0.0.1",
      "[::ffff:127.0.0.1]",
      "[::ffff:7f00:1]",
      "2130706433",
      "0x7f000001",
      "0177.0.0.1",
      "127.1",
      "0",
    ]) {
      const url = new URL(`http://${host}:${sink.port}/`);
      const socket = websocketTransport({ url: url.href.replace("http", "ws"), egress });
      expect([host, await codeOf(egress.fetch(url))]).toEqual([host, "TARGET_BLOCKED"]);
      expect([host, await codeOf(egress.post(url, exchange))]).toEqual([host, "TARGET_BLOCKED"]);
      expect([host, await codeOf(socket.start())]).toEqual([host, "TARGET_BLOCKED"]);
    }
    expect(lookups).toEqual([]);
    expect(sink.hits).toBe(0);
  });

  it("refuses names by what they resolve to, on each of its ways", async () => {
    const sink = await kept(startSink());
    const { egress, lookups } = wayOut();
    const url = new URL(`http://public.example:${sink.port}/`);
    expect(await codeOf(egress.fetch(url))).toBe("TARGET_BLOCKED");
    expect(await codeOf(egress.post(url, { headers: [], body: "{}", signal: null }))).toBe("TARGET_BLOCKED");
    expect(await codeOf(websocketTransport({ url: url.href.replace("http", "ws"), egress }).start())).toBe("TARGET_BLOCKED");
    expect(new Set(lookups)).toEqual(new Set(["public.example"]));
    expect(sink.hits).toBe(0);
  });
});
