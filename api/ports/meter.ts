/** Where the house counts what it does. Never throws, never waits. */
export interface Meter {
  /** `outcome` is `done`, `tool_error`, or an error code. */
  callEnded(call: { server: string; tool: string; outcome: string; seconds: number }): void;
  connectFailed(server: string, code: string): void;
  /** A connection that was lost, or could not be opened, is tried again by itself. */
  reconnecting(server: string): void;
  /** Something a server said went no further: a stray answer, no JSON-RPC, nested too deep, more than is read. */
  messageRefused(server: string, why: string): void;
  /** A server asked for what it was not told we can do: a model's words, folders. `method` is its own word. */
  requestRefused(server: string, method: string): void;
  /** A stream of notifications ended and is opened again. */
  streamReopened(server: string): void;
  /** `route` is the template, never the path that was asked for. */
  requestEnded(request: { method: string; route: string; status: number; seconds: number }): void;
}

/** What is read at every look at the figures. */
export interface HouseFigures {
  /** Connections by the state people see. */
  connections: ReadonlyMap<string, number>;
  /** Remote endpoints by the state of their breaker. */
  endpoints: Readonly<Record<string, number>>;
  programs: number;
  journalLost: number;
}

/** The figures as text for a machine that collects them. */
export interface MeterReport {
  readonly contentType: string;
  text(): Promise<string>;
  close(): void;
}

export const silentMeter: Meter = {
  callEnded: () => {},
  connectFailed: () => {},
  reconnecting: () => {},
  messageRefused: () => {},
  requestRefused: () => {},
  streamReopened: () => {},
  requestEnded: () => {},
};
