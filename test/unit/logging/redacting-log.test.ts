import { describe, expect, it } from "vitest";
import { connectionLogs } from "../../../api/connections/connection-log.ts";
import { redactingLog } from "../../../api/logging/redacting-log.ts";
import { keptLog } from "../../support/kept-log.ts";
import { movedClock } from "../../support/moved-clock.ts";

const SECRET = "sk-canary-1234567890";

describe("a connection's log", () => {
  it("[SEC-14] has none of its secrets, in messages, causes, stacks and fields", () => {
    const log = keptLog();
    const inner = Object.assign(new Error(`refused ${SECRET}`), { url: `http://one/?key=${SECRET}`, list: [{ deep: SECRET }] });
    const error = new Error(`outer ${SECRET}`, { cause: inner });
    redactingLog(log.logger, [SECRET]).child({ who: SECRET }).warn({ err: error, detail: SECRET }, `said ${SECRET}`);
    const text = JSON.stringify(log.lines());
    expect(text).not.toContain("canary");
    expect(log.lines()).toMatchObject([
      {
        msg: "said ***",
        who: "***",
        detail: "***",
        err: { type: "Error", message: "outer ***: refused ***" },
      },
    ]);
  });

  it("knows the secrets of every kind of target", () => {
    const log = keptLog();
    const logFor = connectionLogs({ logger: log.logger, clock: movedClock() });
    const about = { server: "s", userId: "ann" };
    const said = `Bearer ${SECRET} and ${encodeURIComponent("p@ss/word")} and env-canary`;
    const remote = { kind: "sse", headers: { Authorization: `Bearer ${SECRET}` }, proxy: null } as const;
    logFor(about, { ...remote, url: `http://one/sse?key=${encodeURIComponent("p@ss/word")}` }).unusual(said);
    logFor(about, { kind: "stdio", command: "x", args: [], env: { KEY: "env-canary" }, cwd: null }).failed(new Error(said), said);
    const [first, second] = log.lines("warn").map((line) => JSON.stringify(line));
    expect(first).not.toContain(SECRET);
    expect(first).not.toContain("p%40ss");
    expect(second).not.toContain("env-canary");
  });

  it("survives what refers to itself, and leaves short words alone", () => {
    const log = keptLog();
    const loop: Record<string, unknown> = { word: "abc" };
    loop.self = loop;
    redactingLog(log.logger, ["abc", ""]).info(loop, "abc");
    expect(log.lines("info")).toMatchObject([{ word: "abc", msg: "abc" }]);
  });
});
