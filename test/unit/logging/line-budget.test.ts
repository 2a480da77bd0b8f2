import { describe, expect, it } from "vitest";
import { connectionLogs } from "../../../api/connections/connection-log.ts";
import { AppError } from "../../../api/errors/app-error.ts";
import { lineBudget } from "../../../api/logging/line-budget.ts";
import { keptLog } from "../../support/kept-log.ts";
import { movedClock } from "../../support/moved-clock.ts";

const target = { kind: "streamable-http", url: "http://one/mcp", headers: {}, proxy: null } as const;

describe("lines about a server", () => {
  it("[F-LOAD-08] are 60 in ten minutes at most while it flaps for a thousand people, and tell how many were left out", async () => {
    const clock = movedClock();
    const log = keptLog();
    const logFor = connectionLogs({ logger: log.logger, clock });
    let failures = 0;
    for (let second = 0; second < 600; second += 1) {
      for (let nth = 0; nth < 100; nth += 1) {
        failures += 1;
        logFor({ server: "flapping", userId: `p${nth}` }, target).failed(new AppError("CONNECT_FAILED", "gone"), null);
      }
      await clock.advance(1_000);
    }
    logFor({ server: "calm", userId: "ann" }, target).unusual("a word");
    const about = (server: string) => log.lines("warn").filter((line) => line.server === server);
    expect(about("flapping").length).toBeLessThanOrEqual(60);
    expect(about("flapping").length).toBeGreaterThan(30);
    expect(about("calm")).toHaveLength(1);
    const told = about("flapping").reduce((sum, line) => sum + 1 + Number(line.unsaid ?? 0), 0);
    expect(failures - told).toBeLessThan(100 * 20);
  });

  it("are remembered for a bounded number of servers", () => {
    const budget = lineBudget({ clock: movedClock(), burst: 1 });
    for (let nth = 0; nth < 5_000; nth += 1) expect(budget(`s${nth}`)).toEqual({ say: true, unsaid: 0 });
    expect(budget("s4999")).toEqual({ say: false });
  });
});
