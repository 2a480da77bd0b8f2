import { afterEach, describe, expect, it } from "vitest";
import { createLogger } from "../../../api/logging/logger.ts";
import { boundedLabels } from "../../../api/metrics/bounded-labels.ts";
import { prometheusMeter } from "../../../api/metrics/prometheus-meter.ts";

const opened: { close(): void }[] = [];
afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});
function meterOf(connections: Record<string, number> = {}) {
  const figures = {
    connections: new Map(Object.entries(connections)),
    endpoints: { open: 1 },
    programs: 2,
    journalLost: 3,
  };
  const meter = prometheusMeter(() => figures, createLogger({ level: "silent" }));
  opened.push(meter);
  return { meter, figures };
}

describe("figures for Prometheus", () => {
  it("count calls by what became of them, with their time", async () => {
    const { meter } = meterOf();
    meter.callEnded({ server: "notes", tool: "add", outcome: "done", seconds: 0.2 });
    meter.callEnded({ server: "notes", tool: "add", outcome: "done", seconds: 2 });
    meter.callEnded({ server: "notes", tool: "add", outcome: "CALL_TIMEOUT", seconds: 30 });
    const text = await meter.text();
    expect(text).toContain('patchbay_tool_calls_total{server="notes",tool="add",outcome="done"} 2');
    expect(text).toContain('patchbay_tool_calls_total{server="notes",tool="add",outcome="CALL_TIMEOUT"} 1');
    expect(text).toContain('patchbay_tool_call_seconds_bucket{le="0.25",server="notes"} 1');
    expect(text).toContain('patchbay_tool_call_seconds_count{server="notes"} 3');
  });

  it("are read anew at every look: a state nobody is in any more is gone", async () => {
    const { meter, figures } = meterOf({ connected: 3, error: 1 });
    expect(await meter.text()).toContain('patchbay_connections{state="error"} 1');
    figures.connections.delete("error");
    const text = await meter.text();
    expect(text).not.toContain('state="error"');
    expect(text).toContain('patchbay_connections{state="connected"} 3');
    expect(text).toMatch(/\npatchbay_stdio_programs 2\npatchbay_|\npatchbay_stdio_programs 2\n/);
    expect(text).toContain('patchbay_endpoints{breaker="open"} 1');
  });

  it("tell what the process uses", async () => {
    const text = await meterOf().meter.text();
    for (const name of ["nodejs_eventloop_lag_seconds", "process_resident_memory_bytes", "process_cpu_seconds_total"])
      expect(text).toMatch(new RegExp(`^${name}(\\{.*\\})? [0-9.e+-]+$`, "m"));
  });

  it("grow no further for names that callers make up", async () => {
    const { meter } = meterOf();
    for (let nth = 0; nth < 3_000; nth += 1) {
      meter.callEnded({ server: "s", tool: `made-up-${nth}`, outcome: "TOOL_UNKNOWN", seconds: 0 });
      meter.callEnded({ server: `s${nth}`, tool: `t${nth}`, outcome: "done", seconds: 0 });
    }
    const lines = (await meter.text()).split("\n").filter((line) => line.startsWith("patchbay_tool_calls_total"));
    expect(lines.length).toBeLessThanOrEqual(1_300);
    expect(lines.join("\n")).not.toContain("made-up");
  });

  it("of two houses in one process do not mix", async () => {
    const [one, two] = [meterOf().meter, meterOf().meter];
    one.reconnecting("notes");
    one.connectFailed("notes", "CONNECT_FAILED");
    expect(await one.text()).toContain('patchbay_reconnects_total{server="notes"} 1');
    expect(await two.text()).not.toContain('server="notes"');
  });
});

describe("bounded labels", () => {
  it("keep the first apart and call the rest other", () => {
    const label = boundedLabels(2);
    expect(["a", "b", "c", "a", "d", "b"].map((each) => label(each))).toEqual(["a", "b", "other", "a", "other", "b"]);
    expect(boundedLabels(2)("a", "x")).toBe("a");
  });
});
