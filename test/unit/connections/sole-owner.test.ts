import { describe, expect, it } from "vitest";
import { soleOwner } from "../../../api/connections/sole-owner.ts";
import { guardedTransport } from "../../../api/mcp/guards/guarded-transport.ts";
import { systemClock } from "../../../api/ports/clock.ts";

describe("what belongs to one person", () => {
  it("[PROTO-32] is handed out once: a session", () => {
    const owned = soleOwner<object>();
    const session = {};
    expect(owned(session)).toBe(session);
    expect(owned({})).not.toBe(session);
    expect(() => owned(session)).toThrow("a session was about to be shared");
  });

  it("[PROTO-32] is handed out once: a transport", () => {
    const transport = { start: async () => {}, send: async () => {}, close: async () => {} };
    const guard = { clock: systemClock, refused: () => {}, noisy: () => {} };
    guardedTransport(transport, guard);
    expect(() => guardedTransport(transport, guard)).toThrow("a transport was about to be shared");
  });
});
