import { describe, expect, it } from "vitest";
import type { NameLookup } from "../../../api/egress/name-lookup.ts";
import { startHttpServer } from "../../servers/http-server.ts";
import { startSink } from "../../servers/sink.ts";
import { kept } from "../../support/clean-up.ts";
import { allowing, makeConnector } from "../../support/connectors.ts";
import { startHouse } from "../../support/house.ts";

/** Answers with what stands here now; a name that is not here does not exist. */
function names(answers: Record<string, string[]>) {
  const asked: string[] = [];
  const lookup: NameLookup = async (hostname) => {
    asked.push(hostname);
    const now = answers[hostname];
    if (now === undefined) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: "ENOTFOUND" });
    return now.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  };
  return { asked, lookup };
}

describe("a name in somebody's connector", () => {
  it("[SSRF-06] is refused when any of its addresses is internal, whichever comes first", async () => {
    const sink = await kept(startSink());
    const answers = {
      "first.example": ["93.184.216.34", "127.0.0.1"],
      "last.example": ["127.0.0.1", "93.184.216.34"],
      "six.example": ["93.184.216.34", "::ffff:127.0.0.1"],
      "both.example": ["2606:4700::1111", "93.184.216.34", "fd00::1"],
      "none.example": [],
    };
    const { asked, lookup } = names(answers);
    const house = await kept(startHouse({}, { hosted: true, lookup }));
    const ann = await house.user("ann");
    for (const name of Object.keys(answers)) {
      const startedAt = performance.now();
      const refused = await makeConnector(ann, `http://${name}:${sink.port}/mcp`);
      expect([name, refused.status, refused.body.code]).toEqual([name, 403, "TARGET_BLOCKED"]);
      // Nobody waited for the public half of the answer.
      expect(performance.now() - startedAt).toBeLessThan(4_000);
    }
    expect(sink.hits).toBe(0);
    expect(new Set(asked)).toEqual(new Set(Object.keys(answers)));
  });

  it("is dialled at the address that was judged: a second answer is judged anew", async () => {
    const server = await kept(startHttpServer());
    const sink = await kept(startSink({ host: "127.0.0.2", port: server.port }));
    const answers = { "rebind.example": ["127.0.0.1"] };
    const { lookup } = names(answers);
    const house = await kept(startHouse({}, { hosted: true, lookup, ...allowing(`127.0.0.1:${server.port}`) }));
    const ann = await house.user("ann");
    expect((await makeConnector(ann, `http://rebind.example:${server.port}/mcp`)).status).toBe(201);
    answers["rebind.example"] = ["127.0.0.2"];
    server.cut();
    expect((await ann.ask("POST", "/api/mcp/mine/reinitialize")).body).toMatchObject({
      success: false,
      status: { reason: { code: "TARGET_BLOCKED" } },
    });
    expect(sink.hits).toBe(0);
  });

  it("is refused in the same words by every transport", async () => {
    const sink = await kept(startSink());
    const { lookup } = names({ "inside.example": ["127.0.0.1"] });
    const house = await kept(startHouse({}, { hosted: true, lookup }));
    const ann = await house.user("ann");
    const told = new Set<string>();
    for (const [type, scheme] of [
      ["streamable-http", "http"],
      ["sse", "https"],
      ["websocket", "ws"],
      ["websocket", "wss"],
    ]) {
      const { body } = await makeConnector(ann, `${scheme}://inside.example:${sink.port}/mcp`, { type });
      told.add(JSON.stringify([body.code, body.message]));
    }
    expect([...told]).toEqual([expect.stringContaining("TARGET_BLOCKED")]);
    expect(sink.hits).toBe(0);
  });

  it("of the operator's own may lead anywhere, and to all of its addresses", async () => {
    const server = await kept(startHttpServer());
    const { lookup } = names({ "wiki.corp": ["127.0.0.1"] });
    const wiki = { type: "streamable-http", url: `http://wiki.corp.:${server.port}/mcp` };
    const house = await kept(startHouse({ wiki }, { hosted: true, lookup: (name, how) => lookup(name.replace(/\.$/, ""), how) }));
    const ann = await house.user("ann");
    expect((await ann.ask("POST", "/api/mcp/wiki/connect")).body.status.state).toBe("connected");
  });
});

describe("a refusal", () => {
  it("[SSRF-22] says the same in about the same time, whatever is behind the port", async () => {
    const open = await kept(startSink());
    const closed = await startSink();
    await closed.close();
    const { lookup } = names({ "inside.example": ["127.0.0.1"] });
    const house = await kept(startHouse({}, { hosted: true, lookup }));
    const ann = await house.user("ann");
    // Nothing answers at 10.255.255.1: that one would be filtered.
    const targets = [`127.0.0.1:${open.port}`, `127.0.0.1:${closed.port}`, "10.255.255.1:81", `inside.example:${open.port}`];
    const told = new Map<string, Set<string>>();
    const tookMs = new Map<string, number[]>(targets.map((target) => [target, []]));
    for (let round = 0; round < 10; round += 1) {
      for (const target of targets) {
        const startedAt = performance.now();
        const { status, body } = await makeConnector(ann, `http://${target}/mcp`);
        tookMs.get(target)?.push(performance.now() - startedAt);
        const words = body.message.replaceAll(target.replace(/:\d+$/, ""), "HOST");
        const of = told.get("all") ?? new Set();
        told.set("all", of.add(JSON.stringify([status, body.code, words, body.next, body.retryable])));
      }
    }
    expect([...(told.get("all") ?? [])]).toHaveLength(1);
    const medians = [...tookMs.values()].map((each) => each.sort((a, b) => a - b)[5] ?? 0);
    // Dialling a filtered port would take seconds; a busy machine takes its time for all of them alike.
    expect(Math.max(...medians)).toBeLessThan(3 * Math.min(...medians) + 50);
    expect(open.hits).toBe(0);
  });
});
