import type { SessionHost } from "../../api/mcp/session/session-host.ts";

/** Somebody who listens, says nothing, and dismisses every question. */
export function nobodyHost(own: Partial<SessionHost> = {}): SessionHost {
  return {
    sampling: false,
    audience: { isPresent: () => true, onChange: () => () => {} },
    wishes: { logLevel: null, resources: new Set() },
    notOffered: () => {},
    ask: async () => ({ action: "cancel" }),
    listChanged: () => {},
    resourceChanged: () => {},
    visitEnded: () => {},
    logged: () => {},
    ...own,
  };
}
