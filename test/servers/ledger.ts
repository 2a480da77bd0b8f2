import type { IncomingHttpHeaders } from "node:http";

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface LedgerEntry {
  readonly tool: string;
  readonly arguments: Record<string, unknown>;
  outcome: "running" | "done" | "cancelled";
}

/** What really happened on a fixture server: every HTTP request with its headers, every tool run with its end. */
export class Ledger {
  readonly requests: RecordedRequest[] = [];
  readonly calls: LedgerEntry[] = [];

  /** Every value a header ever had, in order of arrival, `undefined` for requests without it. */
  headerValues(name: string): (string | string[] | undefined)[] {
    return this.requests.map(({ headers }) => headers[name.toLowerCase()]);
  }

  callsOf(tool: string): LedgerEntry[] {
    return this.calls.filter((call) => call.tool === tool);
  }

  begin(tool: string, args: Record<string, unknown>): LedgerEntry {
    const entry: LedgerEntry = { tool, arguments: args, outcome: "running" };
    this.calls.push(entry);
    return entry;
  }
}
