import { describe, expect, it } from "vitest";
import { AppError } from "../../../api/errors/app-error.ts";
import { backoff } from "../../../api/mcp/connection/backoff.ts";
import { McpConnection } from "../../../api/mcp/connection/mcp-connection.ts";
import type { McpSession } from "../../../api/mcp/session/session.ts";
import { sessionWarnings } from "../../../api/mcp/session/session-warnings.ts";
import { movedClock } from "../../support/moved-clock.ts";

const refused = () => new AppError("CONNECTION_CLOSED", "nobody listens", { neverRan: true, isEndpointDown: true });

/** A connection that is open, to a server that goes away and may come back. */
async function opened() {
  const clock = movedClock();
  const tries: number[] = [];
  let isThere = true;
  let why = new AppError("CONNECT_FAILED", "nobody listens", { isEndpointDown: true });
  let lose: (why: AppError) => void = () => {};
  const made = new McpConnection({
    openSession: async () => {
      tries.push(clock.now());
      if (!isThere) throw why;
      const session: Partial<McpSession> = {
        onLost: (listener) => {
          lose = listener;
        },
        onToolsChanged: () => {},
        warnings: sessionWarnings(),
        close: async () => {},
      };
      return session as McpSession;
    },
    clock,
    retryAfterMs: backoff({ random: () => 1 }),
    drainMs: 30_000,
    idleMs: 900_000,
    onChange: () => {},
    onToolsChanged: () => {},
  });
  await made.open();
  const leave = () => {
    isThere = false;
    lose(refused());
  };
  const comeBack = () => {
    isThere = true;
  };
  const failWith = (next: AppError) => {
    why = next;
  };
  return { clock, tries, made, leave, comeBack, failWith };
}

const settled = <T>(promise: Promise<T>) => promise.catch((error: unknown) => error);

describe("a call whose server was there a moment ago", () => {
  it("waits for it, has it tried soon, and learns how long that took", async () => {
    const { clock, made, leave, comeBack } = await opened();
    leave();
    await clock.advance(900);
    const waited = made.use(async (_, waitedMs) => waitedMs, { timeoutMs: 30_000 });
    await clock.advance(1_700);
    comeBack();
    await clock.advance(800);
    const waitedMs = await waited;
    expect(waitedMs).toBeGreaterThan(1_700);
    expect(waitedMs).toBeLessThanOrEqual(2_500);
  });

  it("[F-HTTP-20] waits as long as it may itself and not longer, and was never sent then", async () => {
    const { clock, made, leave } = await opened();
    leave();
    const since = clock.now();
    const waited = settled(made.use(async () => "ran", { timeoutMs: 5_000 }));
    let endedAt = 0;
    void waited.then(() => {
      endedAt = clock.now();
    });
    await clock.advance(20_000);
    expect(await waited).toMatchObject({ code: "CONNECT_FAILED", neverRan: true, message: "nobody listens" });
    expect(endedAt - since).toBeLessThanOrEqual(5_000);
    expect(endedAt - since).toBeGreaterThan(4_000);
  });

  it("waits also while others try for it, since it is called when they get through", async () => {
    const { clock, made, leave, comeBack, failWith } = await opened();
    failWith(new AppError("CONNECT_FAILED", "nobody listens", { wasHeldBack: true, retryAfterMs: 15_000 }));
    leave();
    await clock.advance(1_500);
    const waited = made.use(async () => "ran", { timeoutMs: 10_000 });
    await clock.advance(2_000);
    comeBack();
    made.retryNow();
    expect(await waited).toBe("ran");
  });

  it("ends at once when its caller stops waiting", async () => {
    const { clock, made, leave } = await opened();
    leave();
    const abort = new AbortController();
    const waited = settled(made.use(async () => "ran", { timeoutMs: 30_000, signal: abort.signal }));
    await clock.advance(1_000);
    abort.abort();
    expect(await waited).toMatchObject({ code: "CALL_CANCELLED" });
  });

  it("ends when somebody disconnects meanwhile, and does not open it again", async () => {
    const { clock, made, leave, tries } = await opened();
    leave();
    const waited = settled(made.use(async () => "ran", { timeoutMs: 30_000 }));
    await clock.advance(0);
    const before = tries.length;
    await made.close("DISCONNECTED_BY_USER");
    expect(await waited).toMatchObject({ code: "CONNECTION_CLOSED", neverRan: true });
    await clock.advance(60_000);
    expect([made.state.phase, tries.length]).toEqual(["resting", before]);
  });

  it("is told at once when it has been away for longer", async () => {
    const { clock, made, leave } = await opened();
    leave();
    await clock.advance(10 * 60_000);
    const since = clock.now();
    const told = settled(made.use(async () => "ran", { timeoutMs: 30_000 }));
    await clock.advance(2_000);
    expect(await told).toMatchObject({ code: "CONNECT_FAILED", neverRan: true });
    expect(clock.now() - since).toBeLessThanOrEqual(2_000);
  });

  it("hurries a server that is away once a second at most, and hardly when nobody calls", async () => {
    const [wanted, quiet] = [await opened(), await opened()];
    for (const each of [wanted, quiet]) each.leave();
    void settled(wanted.made.use(async () => "ran", { timeoutMs: 30_000 }));
    for (const each of [wanted, quiet]) await each.clock.advance(20_000);
    expect(wanted.tries.length).toBeGreaterThan(15);
    expect(wanted.tries.length).toBeLessThan(32);
    expect(quiet.tries.length).toBeLessThan(11);
  });
});
