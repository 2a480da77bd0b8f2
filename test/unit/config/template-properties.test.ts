// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how the environment is written in a file
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveTarget } from "../../../config/templates/resolve-target.ts";
import type { ResolveContext } from "../../../config/templates/resolved.ts";
import { parseTemplate } from "../../../config/templates/template.ts";
import type { ServerConfig } from "../../../config/types.ts";
import { serverX } from "./load.ts";

const NAMES = ["A", "TOKEN", "A.B", "API KEY"];
const declared = new Set(NAMES);
/** Text in which every kind of bracket that could mean something turns up. */
const wild = fc
  .array(
    fc.oneof(
      fc.constantFrom("{{", "}}", "${", "}", "{", "{{A}}", "{{TOKEN}}", "{{#if A}}", "${ENV}", "\\", "{{LIBRECHAT_USER_ID}}"),
      fc.string(),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));

describe("any text as a template", () => {
  it("is parsed without a throw, and its pieces are the text again", () => {
    fc.assert(
      fc.property(wild, fc.constantFrom("operator", "ui", "plugin"), (source, origin) => {
        const { template } = parseTemplate(source, { origin, declared });
        const joined = template.segments.map((segment) => (segment.kind === "text" ? segment.text : segment.source)).join("");
        expect(joined).toBe(origin === "operator" ? source.trim() : source);
        expect(template.source).toBe(joined);
      }),
    );
  });

  it("never asks for the environment unless the operator wrote it", () => {
    fc.assert(
      fc.property(wild, fc.constantFrom("ui", "plugin"), (source, origin) => {
        const { template } = parseTemplate(source, { origin, declared });
        const families = template.segments.flatMap((segment) => (segment.kind === "placeholder" ? [segment.family] : []));
        expect(families.filter((family) => family !== "userVar")).toEqual([]);
      }),
    );
  });
});

describe("any value", () => {
  const context = (value: string): ResolveContext => ({ env: { ENV: "CANARY" }, userVars: { K: value }, user: { id: "CANARY" } });
  const at = (server: ServerConfig, value: string) => resolveTarget(server, context(value), "refuse");
  const VAR = "customUserVars: {K: {title: k, description: k}}";
  const stdio = serverX(`command: x\nargs: ["a{{K}}b"]\n${VAR}`);
  const header = serverX(`url: https://a.example\nheaders: {H: "a{{K}}b"}\n${VAR}`);
  const path = serverX(`url: "https://a.example/p/{{K}}/q?x={{K}}#f"\n${VAR}`);
  const host = serverX(`type: sse\nurl: "https://{{K}}.example.com/q"\n${VAR}`);

  it("arrives in an argument as it is, or not at all", () => {
    fc.assert(
      fc.property(wild, (value) => {
        const resolved = at(stdio, value);
        if (resolved.ok && resolved.target.kind === "stdio") expect(resolved.target.args).toEqual([`a${value}b`]);
        else expect(value.trim() === "" || value.includes("\0")).toBe(true);
      }),
    );
  });

  it("makes a header that HTTP accepts, or none, and brings no canary along", () => {
    fc.assert(
      fc.property(fc.oneof(wild, fc.string({ unit: "binary" })), (value) => {
        const resolved = at(header, value);
        if (!resolved.ok || resolved.target.kind === "stdio") return;
        const sent = new Headers(resolved.target.headers).get("H");
        expect(sent).toBe(resolved.target.headers.H);
        expect(sent).not.toContain("CANARY");
      }),
    );
  });

  it("stays in its path segment and its query value", () => {
    fc.assert(
      fc.property(
        fc.oneof(wild, fc.string({ unit: "grapheme" }), fc.constantFrom("..", ".", "%2e%2e", "../..", "a/b")),
        (value) => {
          const resolved = at(path, value);
          if (!resolved.ok || resolved.target.kind === "stdio") return;
          const url = new URL(resolved.target.url);
          expect(url.origin).toBe("https://a.example");
          expect(url.pathname.split("/")).toHaveLength(4);
          expect(decodeURIComponent(url.pathname.split("/")[2] ?? "")).toBe(value);
          expect([...url.searchParams]).toEqual([["x", value]]);
        },
      ),
    );
  });

  it("in a host changes that label and nothing else", () => {
    fc.assert(
      fc.property(fc.oneof(wild, fc.string(), fc.constantFrom("a@b", "a#", "a/", "a\\@b", "a:80", "a?")), (value) => {
        const resolved = at(host, value);
        if (!resolved.ok || resolved.target.kind === "stdio") return;
        const url = new URL(resolved.target.url);
        expect(url.hostname.endsWith(".example.com")).toBe(true);
        expect(url.username + url.password + url.search + url.hash).toBe("");
        expect(url.pathname).toBe("/q");
      }),
    );
  });
});
