// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how the environment is written in a file
import { describe, expect, it, vi } from "vitest";
import { parseTemplate } from "../../../config/templates/template.ts";
import type { Origin } from "../../../config/types.ts";
import { cpuMs } from "./cpu-time.ts";

const parse = (source: string, declared: string[] = [], origin: Origin = "operator") =>
  parseTemplate(source, { origin, declared: new Set(declared) });
const names = (source: string, declared: string[] = [], origin: Origin = "operator") =>
  parse(source, declared, origin).template.segments.flatMap((segment) =>
    segment.kind === "text" ? [] : [`${segment.family}:${segment.name}`],
  );
const faults = (source: string, declared: string[] = [], origin: Origin = "operator") =>
  parse(source, declared, origin).faults.map(({ code, severity = "error" }) => `${severity} ${code}`);

describe("a template", () => {
  it("holds text and names, each found once", () => {
    expect(names("Bearer ${A}-{{T}} {{LIBRECHAT_USER_EMAILVERIFIED}}", ["T"])).toEqual([
      "env:A",
      "userVar:T",
      "user:emailVerified",
    ]);
    expect(names("{{A.B}}{{AxB}}", ["A.B"])).toEqual(["userVar:A.B", "unknown:AxB"]);
  });

  it("reads the environment for the operator alone, and nothing at all for a plugin", () => {
    expect(names("${A} {{T}} {{LIBRECHAT_USER_ID}}", ["T"], "ui")).toEqual(["userVar:T"]);
    expect(names("${A} {{T}}", ["T"], "plugin")).toEqual([]);
  });

  it("TPL-02 TPL-03 TPL-04: refuses everything Handlebars could run, and runs none of it", () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const sources = [
      "{{log TOKEN}}",
      '{{log TOKEN level="error"}}',
      '{{#with (lookup this "constructor")}}{{name}}{{/with}}',
      "{{#each this}}{{@key}}={{this}};{{/each}}",
      "{{{X}}}",
      "{{&X}}",
      "{{> x}}",
      "{{*x}}",
      "{{{{raw}}}}",
      "{{!-- --}}",
      "{{~X~}}",
    ];
    for (const source of sources) {
      expect(faults(source, ["X", "TOKEN"]), source).toContain("error template-syntax");
      expect(faults(source, ["X", "TOKEN"], "ui"), source).toContain("error template-syntax");
    }
    expect(log).not.toHaveBeenCalled();
    log.mockRestore();
  });

  it("TPL-07: refuses nesting by its length, at once", () => {
    const before = cpuMs();
    expect(faults("{{#if a}}".repeat(3_000))).toEqual(["error template-too-long"]);
    expect(cpuMs() - before).toBeLessThan(50);
  });

  it("TPL-07: spends no more on a text the deeper it is nested", () => {
    const nested = `{{${"a (".repeat(2_000)}}}`;
    const before = cpuMs();
    for (const origin of ["operator", "ui"] as const) expect(faults(nested, [], origin)).toEqual(["error template-syntax"]);
    expect(faults("{{a (}}".repeat(1_000), [], "ui")).toHaveLength(20);
    expect(cpuMs() - before).toBeLessThan(50);
  });

  it("ENV-12 TPL-09: never takes an inherited name for a variable", () => {
    for (const name of ["toString", "constructor", "__proto__"]) {
      expect(faults(`{{${name}}}`)).toEqual(["error template-syntax"]);
    }
  });

  it("runs no escape: a backslash is text", () => {
    expect(parse("\\{{T}}", ["T"]).template.segments).toEqual([
      { kind: "text", text: "\\" },
      { kind: "placeholder", family: "userVar", name: "T", source: "{{T}}" },
    ]);
  });

  it("passes an undeclared name through with a warning and a guess", () => {
    expect(faults("{{TOKN}}", ["TOKEN"])).toEqual(["warning placeholder-unknown"]);
    expect(parse("{{TOKN}}", ["TOKEN"]).faults[0]?.suggestion).toBe("did you mean {{TOKEN}}?");
    expect(faults("docker --format {{.Names}}")).toEqual(["warning placeholder-unknown"]);
  });

  it("stops at a known name that is almost written right: it would go out as text", () => {
    expect(faults("{{ TOKEN }}", ["TOKEN"])).toEqual(["error placeholder-misspelt"]);
    expect(faults("{{librechat_user_id}}")).toEqual(["error placeholder-misspelt"]);
  });

  it("warns of shell defaults, which are not filled in", () => {
    expect(faults("pre ${FOO:-dflt}")).toEqual(["warning placeholder-unknown"]);
  });
});
