import { describe, expect, it } from "vitest";
import { readSettings, SettingRefused } from "../../api/settings.ts";

const read = (env: Record<string, string>) => readSettings(env, "/nowhere");

describe("the environment", () => {
  it("opens the figures to a token that can be trusted, and to none by default", () => {
    expect(read({}).metricsToken).toBeNull();
    expect(read({ METRICS_TOKEN: "" }).metricsToken).toBeNull();
    expect(read({ METRICS_TOKEN: "0123456789abcdef" }).metricsToken).toBe("0123456789abcdef");
    for (const METRICS_TOKEN of ["short", "0123456789 abcdef", "0123456789abcde\n"])
      expect(() => read({ METRICS_TOKEN })).toThrow(SettingRefused);
  });

  it("says how long the end is announced, in whole milliseconds", () => {
    expect(read({}).drainNoticeMs).toBe(0);
    expect(read({ DRAIN_NOTICE_MS: "5000" }).drainNoticeMs).toBe(5_000);
    for (const DRAIN_NOTICE_MS of ["-1", "1.5", "soon", "600001", "Infinity"])
      expect(() => read({ DRAIN_NOTICE_MS })).toThrow(/DRAIN_NOTICE_MS must be a number from 0 to 600000/);
  });
});
