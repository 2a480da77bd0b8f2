import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Logger } from "../ports/logger.ts";
import type { HouseFigures, Meter, MeterReport } from "../ports/meter.ts";
import { boundedLabels } from "./bounded-labels.ts";
import { processFigures } from "./process-figures.ts";

/** Servers and tools come from files and from strangers: what goes beyond this is counted as `other`. */
const MAX_SERVERS = 200;
const MAX_TOOLS = 1_000;
/** What MCP lets servers ask; whatever else they think of is counted as `other`. */
const SERVER_METHODS = ["sampling/createMessage", "roots/list", "elicitation/create"];
const CALL_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const REQUEST_SECONDS = [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30];

type CallFigures = Parameters<Meter["callEnded"]>[0];
type RequestFigures = Parameters<Meter["requestEnded"]>[0];
const MAX_GATHERED = 256;

/** What happens all the time is counted in one go, now and then and before somebody looks: that costs a third. */
function gathered<Figures>(countOne: (figures: Figures) => void) {
  let waiting: Figures[] = [];
  const count = () => {
    const all = waiting;
    waiting = [];
    for (const figures of all) countOne(figures);
  };
  return {
    count,
    put(figures: Figures): void {
      if (waiting.push(figures) >= MAX_GATHERED) count();
    },
  };
}

/** Counts into a Prometheus registry of its own: two houses in one process do not mix. */
export function prometheusMeter(read: () => HouseFigures, logger: Pick<Logger, "warn">): Meter & MeterReport {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[], collect: (gauge: Gauge) => void) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        collect(this as Gauge);
      },
    });

  const calls = new Counter({
    name: "patchbay_tool_calls_total",
    help: "Tool calls that ended.",
    labelNames: ["server", "tool", "outcome"],
    registers,
  });
  const callSeconds = new Histogram({
    name: "patchbay_tool_call_seconds",
    help: "How long tool calls took, connecting included.",
    labelNames: ["server"],
    buckets: CALL_SECONDS,
    registers,
  });
  const failures = new Counter({
    name: "patchbay_connect_failures_total",
    help: "Connections that could not be opened, or were lost.",
    labelNames: ["server", "code"],
    registers,
  });
  const reconnects = new Counter({
    name: "patchbay_reconnects_total",
    help: "Connections that were tried again by themselves.",
    labelNames: ["server"],
    registers,
  });
  const refused = new Counter({
    name: "patchbay_mcp_messages_refused_total",
    help: "What servers said and nobody heard: stray answers, no JSON-RPC, nested too deep, more than is read.",
    labelNames: ["server", "why"],
    registers,
  });
  const unoffered = new Counter({
    name: "patchbay_mcp_requests_refused_total",
    help: "What servers asked for without having been told that it can be had.",
    labelNames: ["server", "method"],
    registers,
  });
  const reopened = new Counter({
    name: "patchbay_mcp_streams_reopened_total",
    help: "Streams of notifications that ended and were opened again.",
    labelNames: ["server"],
    registers,
  });
  const requests = new Histogram({
    name: "patchbay_http_request_seconds",
    help: "API requests by route and status.",
    labelNames: ["method", "route", "status"],
    buckets: REQUEST_SECONDS,
    registers,
  });
  gauge("patchbay_connections", "Connections by the state people see.", ["state"], (each) => {
    for (const [state, count] of read().connections) each.set({ state }, count);
  });
  gauge("patchbay_endpoints", "Remote endpoints by the state of their breaker.", ["breaker"], (each) => {
    for (const [breaker, count] of Object.entries(read().endpoints)) each.set({ breaker }, count);
  });
  gauge("patchbay_stdio_programs", "stdio programs that run.", [], (each) => each.set(read().programs));
  gauge("patchbay_call_journal_lost", "Journal records that could not be written since the start.", [], (each) =>
    each.set(read().journalLost),
  );
  const ownProcess = processFigures(gauge, logger);

  const serverLabel = boundedLabels(MAX_SERVERS);
  const toolLabel = boundedLabels(MAX_TOOLS);
  const endedCalls = gathered<CallFigures>(({ server, tool, outcome, seconds }) => {
    // A server or a tool that is not there is a word of the caller's own.
    const named = outcome === "SERVER_UNKNOWN" ? "other" : serverLabel(server);
    const known = outcome === "TOOL_UNKNOWN" || outcome === "SERVER_UNKNOWN" ? "other" : toolLabel(tool, `${named}\n`);
    calls.inc({ server: named, tool: known, outcome });
    callSeconds.observe({ server: named }, seconds);
  });
  const endedRequests = gathered<RequestFigures>(({ method, route, status, seconds }) =>
    requests.observe({ method, route, status }, seconds),
  );
  return {
    callEnded: endedCalls.put,
    connectFailed: (server, code) => failures.inc({ server: serverLabel(server), code }),
    reconnecting: (server) => reconnects.inc({ server: serverLabel(server) }),
    streamReopened: (server) => reopened.inc({ server: serverLabel(server) }),
    messageRefused: (server, why) => refused.inc({ server: serverLabel(server), why }),
    requestRefused: (server, method) =>
      unoffered.inc({ server: serverLabel(server), method: SERVER_METHODS.includes(method) ? method : "other" }),
    requestEnded: endedRequests.put,
    contentType: registry.contentType,
    text() {
      endedCalls.count();
      endedRequests.count();
      return registry.metrics();
    },
    close() {
      ownProcess.close();
      registry.clear();
    },
  };
}
