import { describe, expect, it } from "vitest";
import { AppError } from "../../../api/errors/app-error.ts";
import type { ConnectionState } from "../../../api/mcp/connection/connection-state.ts";
import { McpConnection } from "../../../api/mcp/connection/mcp-connection.ts";
import type { McpSession } from "../../../api/mcp/session/session.ts";
import { sessionWarnings } from "../../../api/mcp/session/session-warnings.ts";
import { movedClock } from "../../support/moved-clock.ts";

/** The connection under test touches neither. */
const nothingElse = {} as McpSession["catalogue"] & McpSession["wishes"];

/** A session that does what the test says: the connection's own argument, not a stand-in for a module of ours. */
function session(name: string) {
  let lose: (why: AppError) => void = () => {};
  let closed = 0;
  const live: McpSession = {
    instructions: name,
    protocolVersion: null,
    tools: () => new Map(),
    freshTools: async () => new Map(),
    callTool: async () => ({ content: [{ type: "text", text: name }] }),
    catalogue: nothingElse,
    wishes: nothingElse,
    onLost: (listener) => {
      lose = listener;
    },
    onToolsChanged: () => {},
    warnings: sessionWarnings(),
    close: async () => {
      closed += 1;
    },
  };
  return { live, lose: (why = new AppError("CONNECTION_CLOSED", "gone")) => lose(why), closed: () => closed };
}

function connection(openSession: (signal: AbortSignal) => Promise<McpSession>) {
  const clock = movedClock();
  const phases: string[] = [];
  const made = new McpConnection({
    openSession,
    clock,
    retryAfterMs: (attempt) => (attempt >= 3 ? null : 1_000),
    drainMs: 30_000,
    idleMs: 900_000,
    onChange: (state: ConnectionState) => void phases.push(state.phase),
    onToolsChanged: () => {},
  });
  return { clock, phases, made };
}

describe("one connection", () => {
  it("opens once for many who ask at the same time", async () => {
    let opened = 0;
    const { made, phases } = connection(async () => {
      opened += 1;
      return session("a").live;
    });
    await Promise.all([made.open(), made.open(), made.use(async () => {})]);
    expect(opened).toBe(1);
    expect(phases).toEqual(["opening", "open"]);
  });

  it("tries again by itself after a fault that may pass, and stops when told to", async () => {
    let tries = 0;
    const { made, clock, phases } = connection(async () => {
      tries += 1;
      throw new AppError("CONNECT_FAILED", "no");
    });
    await expect(made.open()).rejects.toThrow("no");
    await clock.advance(10_000);
    expect(tries).toBe(3);
    expect(phases).toEqual(["opening", "waiting", "opening", "waiting", "opening", "failed"]);
  });

  it("leaves a wrong key to people", async () => {
    let tries = 0;
    const { made, clock } = connection(async () => {
      tries += 1;
      throw new AppError("CREDENTIALS_REFUSED", "wrong key");
    });
    await expect(made.open()).rejects.toMatchObject({ code: "CREDENTIALS_REFUSED" });
    await clock.advance(100_000);
    expect(tries).toBe(1);
    expect(made.state.phase).toBe("failed");
  });

  it("swaps to the new session and drains the old one while its call runs", async () => {
    const sessions = [session("old"), session("new")];
    let next = 0;
    const { made, clock } = connection(async () => (sessions[next++] as ReturnType<typeof session>).live);
    await made.open();
    let finish: () => void = () => {};
    const slow = made.use(async (lent) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      return lent.instructions;
    });
    await clock.advance(0);
    await made.replace();
    expect(await made.use(async (lent) => lent.instructions)).toBe("new");
    expect(sessions[0]?.closed()).toBe(0);
    finish();
    expect(await slow).toBe("old");
    await clock.advance(0);
    expect(sessions[0]?.closed()).toBe(1);
    await made.close("IDLE");
    expect(clock.pending()).toBe(0);
  });

  it("ends a drain that takes too long", async () => {
    const sessions = [session("old"), session("new")];
    let next = 0;
    const { made, clock } = connection(async () => (sessions[next++] as ReturnType<typeof session>).live);
    await made.open();
    void made.use(() => new Promise(() => {}));
    await clock.advance(0);
    await made.replace();
    await clock.advance(29_999);
    expect(sessions[0]?.closed()).toBe(0);
    await clock.advance(2);
    expect(sessions[0]?.closed()).toBe(1);
  });

  it("keeps the old session when the new one fails, and says so", async () => {
    const old = session("old");
    let first = true;
    const { made, phases } = connection(async () => {
      if (!first) throw new AppError("CONNECT_TIMEOUT", "never starts");
      first = false;
      return old.live;
    });
    await made.open();
    await expect(made.replace()).rejects.toMatchObject({ code: "CONNECT_TIMEOUT" });
    expect(await made.use(async (lent) => lent.instructions)).toBe("old");
    expect(old.closed()).toBe(0);
    expect(phases).toEqual(["opening", "open", "replacing", "open"]);
  });

  it("begins afresh when the values an attempt was begun with have changed", async () => {
    const signals: AbortSignal[] = [];
    const fresh = session("fresh");
    const { made } = connection((signal) => {
      signals.push(signal);
      if (signals.length > 1) return Promise.resolve(fresh.live);
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    const stale = made.open();
    stale.catch(() => {});
    await Promise.resolve();
    await made.replace({ restart: true });
    await expect(stale).rejects.toMatchObject({ code: "CONNECTION_REPLACED" });
    expect(signals[0]?.aborted).toBe(true);
    expect(made.session).toBe(fresh.live);
  });

  it("closes a session that arrives after it was closed", async () => {
    const late = session("late");
    let deliver: (live: McpSession) => void = () => {};
    const { made, phases } = connection(
      () =>
        new Promise((resolve) => {
          deliver = resolve;
        }),
    );
    const opening = made.open();
    opening.catch(() => {});
    await Promise.resolve();
    const closing = made.close("DISCONNECTED_BY_USER");
    deliver(late.live);
    await closing;
    await expect(opening).rejects.toMatchObject({ code: "CONNECTION_REPLACED" });
    expect(late.closed()).toBe(1);
    expect(phases).toEqual(["opening", "cancelling", "resting"]);
  });

  it("reconnects by itself when the session is lost", async () => {
    const sessions = [session("one"), session("two")];
    let next = 0;
    const { made, clock, phases } = connection(async () => (sessions[next++] as ReturnType<typeof session>).live);
    await made.open();
    sessions[0]?.lose();
    expect(made.session).toBeNull();
    await clock.advance(2_000);
    expect(made.session).toBe(sessions[1]?.live);
    expect(phases).toEqual(["opening", "open", "waiting", "opening", "open"]);
  });

  it("[F-LOAD-03] lets no storm of calls hammer a server that a person must mend", async () => {
    let tries = 0;
    const { made } = connection(async () => {
      tries += 1;
      throw new AppError("CREDENTIALS_REFUSED", "wrong key");
    });
    const calls = Array.from({ length: 50 }, () => made.use(async () => {}));
    await Promise.allSettled([...calls, made.use(async () => {})]);
    await expect(made.use(async () => {})).rejects.toMatchObject({ code: "CREDENTIALS_REFUSED" });
    expect(tries).toBe(1);
    await expect(made.open()).rejects.toThrow();
    expect(tries).toBe(2);
  });

  it("lets calls wait for a try that is near and tells them of one that is far", async () => {
    const revived = session("revived");
    let tries = 0;
    const { made, clock } = connection(async () => {
      tries += 1;
      if (tries === 1) throw new AppError("CONNECT_FAILED", "down", { retryAfterMs: tries * 1_000 });
      return revived.live;
    });
    await expect(made.open()).rejects.toThrow("down");
    const waiting = made.use(async (lent) => lent.instructions);
    await clock.advance(1_500);
    expect(await waiting).toBe("revived");
    revived.lose(new AppError("RATE_LIMITED", "slow down", { retryAfterMs: 20_000 }));
    await expect(made.use(async () => {})).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 20_000 });
  });

  it("gives up on a server that ends five times within a minute", async () => {
    const sessions = Array.from({ length: 9 }, (_, index) => session(String(index)));
    let next = 0;
    const { made, clock } = connection(async () => (sessions[next++] as ReturnType<typeof session>).live);
    await made.open();
    for (let loss = 0; loss < 5; loss += 1) {
      sessions[loss]?.lose();
      await clock.advance(1_500);
    }
    expect(made.state.phase).toBe("failed");
    await made.open();
    expect(made.state.phase).toBe("open");
  });

  it("closes when nobody has used it for a while, not during a call, and opens again on use", async () => {
    const sessions = [session("one"), session("two")];
    let next = 0;
    const { made, clock } = connection(async () => (sessions[next++] as ReturnType<typeof session>).live);
    await made.open();
    let finish: () => void = () => {};
    const slow = made.use(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    await clock.advance(2_000_000);
    expect(made.state.phase).toBe("open");
    finish();
    await slow;
    await clock.advance(899_000);
    expect(made.state.phase).toBe("open");
    await clock.advance(2_000);
    expect(made.state).toMatchObject({ phase: "resting", reason: "IDLE" });
    expect(sessions[0]?.closed()).toBe(1);
    expect(await made.use(async (lent) => lent.instructions)).toBe("two");
  });

  it("[F-HTTP-08] repeats calls that never ran on one new session, and no others", async () => {
    const sessions = [session("forgotten"), session("fresh")];
    let next = 0;
    const { made } = connection(async () => (sessions[next++] as ReturnType<typeof session>).live);
    await made.open();
    const forgotten = (lent: McpSession) => {
      if (lent.instructions === "fresh") return Promise.resolve("ran");
      return Promise.reject(new AppError("CONNECTION_CLOSED", "404", { neverRan: true }));
    };
    expect(await Promise.all(Array.from({ length: 10 }, () => made.use(forgotten)))).toEqual(Array(10).fill("ran"));
    expect(next).toBe(2);
    let runs = 0;
    const unknown = made.use(() => {
      runs += 1;
      return Promise.reject(new AppError("OUTCOME_UNKNOWN", "cut"));
    });
    await expect(unknown).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(runs).toBe(1);
  });
});
