import { describe, expect, it } from "vitest";
import { type LiveStatus, NOTHING_YET, withSnapshot, withStatus } from "../../../client/src/lib/live-status.ts";
import type { ConnectionState, ConnectionStatus } from "../../../schemas/wire.ts";

const status = (server: string, version: number, state: ConnectionState): ConnectionStatus => ({
  server,
  state,
  reason: null,
  since: 0,
  retryAt: null,
  warnings: [],
  version,
});
const stateOf = (live: LiveStatus | null, server: string) => live?.statuses.get(server)?.state;

describe("what the browser knows of its connections", () => {
  const first = withSnapshot(NOTHING_YET, {
    epoch: "a",
    statuses: [status("notes", 3, "connected"), status("desk", 1, "error")],
  });

  it("takes a newer status and drops a late one", () => {
    const later = withStatus(first, "a", status("notes", 4, "disconnected"));
    expect(stateOf(later, "notes")).toBe("disconnected");
    expect(withStatus(first, "a", status("notes", 2, "initializing"))).toBe(first);
    expect(withStatus(first, "a", status("notes", 3, "initializing"))).toBe(first);
  });

  it("keeps what is newer than a snapshot that was made earlier, within one epoch", () => {
    const snapshot = { epoch: "a", statuses: [status("notes", 2, "initializing")] };
    const merged = withSnapshot(first, snapshot);
    expect(stateOf(merged, "notes")).toBe("connected");
    expect(merged.statuses.has("desk")).toBe(false);
  });

  it("believes a new epoch whatever its versions, and asks when a change is of an unknown one", () => {
    expect(stateOf(withSnapshot(first, { epoch: "b", statuses: [status("notes", 1, "disconnected")] }), "notes")).toBe(
      "disconnected",
    );
    expect(withStatus(first, "b", status("notes", 9, "error"))).toBeNull();
  });
});
