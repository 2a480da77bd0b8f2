import type { SessionHost } from "../../api/mcp/session-host.ts";

/** Nobody is there: nothing is heard, and every question is dismissed. */
export function nobodyHost(own: Partial<SessionHost> = {}): SessionHost {
  return {
    sampling: false,
    wishes: { logLevel: null, resources: new Set() },
    ask: async () => ({ action: "cancel" }),
    listChanged: () => {},
    resourceChanged: () => {},
    visitEnded: () => {},
    logged: () => {},
    ...own,
  };
}
