import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../api/errors/app-error.ts";
import {
  type ConnectionEvent,
  type ConnectionState,
  initialState,
  transition,
} from "../../../api/mcp/connection/connection-state.ts";

const why = new AppError("CONNECT_FAILED", "gone");
const walk = (events: ConnectionEvent[], from: ConnectionState = initialState(0)) =>
  events.reduce((state, event, index) => transition(state, event, index + 1), from);

describe("the state of one connection", () => {
  it("opens, is lost and comes back with the attempt counted", () => {
    expect(walk([{ type: "open" }, { type: "opened" }])).toEqual({ phase: "open", at: 2 });
    const waiting = walk([{ type: "open" }, { type: "opened" }, { type: "lost", why, retryAt: 50 }]);
    expect(waiting).toMatchObject({ phase: "waiting", attempt: 0, retryAt: 50 });
    expect(transition(waiting, { type: "retryDue" }, 50)).toMatchObject({ phase: "opening", attempt: 1 });
  });

  it("fails for good when nobody says when to try again", () => {
    expect(walk([{ type: "open" }, { type: "openFailed", why, retryAt: null }])).toMatchObject({ phase: "failed", why });
  });

  it("goes back to the old session's age when a replacement fails", () => {
    const open = walk([{ type: "open" }, { type: "opened" }]);
    const replacing = transition(open, { type: "replace" }, 9);
    expect(replacing).toMatchObject({ phase: "replacing" });
    expect(transition(replacing, { type: "replaceFailed" }, 10)).toEqual(open);
  });

  it("keeps opening when the old session is lost while its replacement is built", () => {
    const replacing = walk([{ type: "open" }, { type: "opened" }, { type: "replace" }]);
    expect(transition(replacing, { type: "lost", why, retryAt: 5 }, 4)).toMatchObject({ phase: "opening" });
  });

  it("returns the same object for an event that makes no sense", () => {
    const resting = initialState(0);
    for (const type of ["opened", "retryDue", "replace", "replaceFailed", "cancel"] as const) {
      expect(transition(resting, { type }, 1)).toBe(resting);
    }
  });

  it("can be closed from everywhere and opened again, whatever happened before", () => {
    const event: fc.Arbitrary<ConnectionEvent> = fc.constantFrom<ConnectionEvent[]>(
      { type: "open" },
      { type: "retryDue" },
      { type: "opened" },
      { type: "openFailed", why, retryAt: null },
      { type: "openFailed", why, retryAt: 7 },
      { type: "replace" },
      { type: "replaceFailed" },
      { type: "lost", why, retryAt: 7 },
      { type: "lost", why, retryAt: null },
      { type: "cancel" },
      { type: "closed", reason: "IDLE" },
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const end = walk(events);
        const closed = transition(end, { type: "closed", reason: "IDLE" }, 99);
        expect(closed.phase).toBe("resting");
        expect(transition(closed, { type: "open" }, 100)).toEqual({ phase: "opening", attempt: 1, at: 100 });
      }),
      { numRuns: 10_000 },
    );
  });
});
