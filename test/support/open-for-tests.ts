import { openEgress } from "../../api/egress/egress.ts";
import { targetGate } from "../../api/egress/target-gate.ts";
import { eraVerdicts, type KnownEra } from "../../api/mcp/era-verdicts.ts";
import { outputChecks } from "../../api/mcp/output/output-checks.ts";
import { openSession } from "../../api/mcp/session/open-session.ts";
import { openTransport } from "../../api/mcp/session/open-transport.ts";
import type { McpSession } from "../../api/mcp/session/session.ts";
import type { SessionHost } from "../../api/mcp/session/session-host.ts";
import { systemClock } from "../../api/ports/clock.ts";
import type { ResolvedTarget } from "../../config/templates/resolved.ts";
import type { ServerConfig } from "../../config/types.ts";
import { nobodyHost } from "./nobody-host.ts";

export interface OpenForTestsOptions {
  initTimeoutMs?: number;
  signal?: AbortSignal;
  sendsCredentials?: boolean;
  sseReadTimeoutMs?: number;
  protocolEra?: ServerConfig["protocolEra"];
  host?: Partial<SessionHost>;
  era?: KnownEra;
  warn?: (message: string) => void;
  /** Told what is to be closed after the test. */
  keep: (close: () => Promise<unknown>) => void;
}

/** A session with a real server, without the house around it. */
export async function openForTests(target: ResolvedTarget, options: OpenForTestsOptions): Promise<McpSession> {
  const { sendsCredentials = false, sseReadTimeoutMs = 60_000, keep } = options;
  const egress =
    target.kind === "stdio"
      ? null
      : openEgress({ gate: targetGate({ trustedOrigins: [target.url], allowedAddresses: [] }), proxy: null });
  if (egress !== null) keep(() => egress.close());
  const host = nobodyHost(options.host);
  const checks = outputChecks({ clock: systemClock });
  keep(() => checks.close());
  const session = await openSession({
    open: () =>
      openTransport({
        target,
        egress,
        sseReadTimeoutMs,
        sendsCredentials,
        signInTo: "test",
        authorize: null,
        protocolEra: options.protocolEra ?? "auto",
        clock: systemClock,
        audience: host.audience,
      }),
    host,
    checks,
    era: options.era ?? eraVerdicts({ clock: systemClock })("a key"),
    clock: systemClock,
    initTimeoutMs: options.initTimeoutMs ?? 10_000,
    signal: options.signal ?? new AbortController().signal,
    clientInfo: { name: "patchbay", version: "0" },
    warn: options.warn ?? (() => {}),
  });
  keep(() => session.close());
  return session;
}
