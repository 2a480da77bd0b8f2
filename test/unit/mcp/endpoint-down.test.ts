import { describe, expect, it } from "vitest";
import { AppError } from "../../../api/errors/app-error.ts";
import { backoff } from "../../../api/mcp/connection/backoff.ts";
import { McpConnection } from "../../../api/mcp/connection/mcp-connection.ts";
import { movedClock } from "../../support/moved-clock.ts";

/** A connection to an endpoint that fails in this way, always. */
function connection(why: () => AppError) {
  const clock = movedClock();
  const asked: boolean[] = [];
  const made = new McpConnection({
    openSession: async (_signal, isAsked) => {
      asked.push(isAsked);
      throw why();
    },
    clock,
    retryAfterMs: backoff({ random: () => 0.5 }),
    drainMs: 30_000,
    idleMs: 900_000,
    onChange: () => {},
    onToolsChanged: () => {},
  });
  return { clock, asked, made, open: () => made.open().catch(() => {}) };
}
const HOUR_MS = 60 * 60_000;
const down = () => new AppError("CONNECT_FAILED", "nobody listens", { isEndpointDown: true });
const heldBack = () => new AppError("CONNECT_FAILED", "nobody listens", { wasHeldBack: true, retryAfterMs: 40_000 });

describe("a connection whose endpoint is down", () => {
  it("is tried for many minutes, where another fault is left to a person after five tries", async () => {
    const [dead, other] = [connection(down), connection(() => new AppError("CONNECT_FAILED", "HTTP 500"))];
    for (const each of [dead, other]) {
      await each.open();
      await each.clock.advance(HOUR_MS / 4);
    }
    expect([other.made.state.phase, other.asked.length]).toEqual(["failed", 5]);
    expect(dead.made.state.phase).toBe("waiting");
    await dead.clock.advance(3 * HOUR_MS);
    expect([dead.made.state.phase, dead.asked.length]).toEqual(["failed", 60]);
  });

  it("comes again when it was told to, and not for ever", async () => {
    const { clock, asked, made, open } = connection(heldBack);
    await open();
    expect(made.state).toMatchObject({ phase: "waiting", retryAt: clock.now() + 40_000 });
    await clock.advance(40_000);
    expect(asked).toHaveLength(2);
    await clock.advance(24 * HOUR_MS);
    expect([made.state.phase, asked.length]).toEqual(["failed", 60]);
  });

  it("is tried again by a call, or at once when it is told that it answers", async () => {
    const { clock, asked, made, open } = connection(heldBack);
    await open();
    made.retryNow();
    await clock.advance(0);
    expect(asked).toHaveLength(2);
    await clock.advance(24 * HOUR_MS);
    await expect(made.use(async () => {})).rejects.toThrow("nobody listens");
    expect([made.state.phase, asked.length]).toEqual(["waiting", 61]);
    made.retryNow();
    await clock.advance(0);
    expect(asked).toHaveLength(62);
  });

  it("says when a person presses for it", async () => {
    const { asked, made } = connection(down);
    await made.open({ asked: true }).catch(() => {});
    await made.replace({ asked: true }).catch(() => {});
    made.retryNow();
    expect(asked).toEqual([true, true]);
    await made.close("DISCONNECTED_BY_USER");
    made.retryNow();
    expect(made.state.phase).toBe("resting");
  });
});
