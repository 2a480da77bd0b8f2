import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../config/load-config.ts";
import { cpuMs } from "./cpu-time.ts";
import { loadServers, short } from "./load.ts";

const load = (text: string | Uint8Array) => loadConfig(text, "test.yaml", {});
const codes = (text: string | Uint8Array) => load(text).problems.map(({ code }) => code);

describe("YAML that is not what it should be", () => {
  it("CFG-01: refuses an alias bomb before it goes off", () => {
    const levels = [..."abcdefghi"].map((name, index, all) => {
      const inner = index === 0 ? "x" : `*${all[index - 1]}`;
      return `${name}: &${name} [${Array(10).fill(inner).join(", ")}]`;
    });
    const before = cpuMs();
    const result = load(levels.join("\n"));
    expect(result.problems.map(({ code }) => code)).toEqual(["yaml-too-big"]);
    expect(result.isUsable).toBe(false);
    expect(cpuMs() - before).toBeLessThan(500);
  });

  it("CFG-02: answers to nesting without end", () => {
    expect(codes(`x: ${"[".repeat(5_000)}`)).toEqual(["yaml-too-big"]);
    const mappings = Array.from({ length: 300 }, (_, depth) => `${" ".repeat(depth)}a:`).join("\n");
    expect(codes(`version: "1"\n${mappings}`)).toContain("yaml-too-big");
  });

  it("CFG-04 F-CFG-03: names both places of a server written twice and uses neither", () => {
    const { problems, config, brokenServers } = loadServers(
      'a: {url: https://a.example}\nb: {url: https://b.example}\n"a": {command: sh, args: []}',
    );
    expect(problems.map(short)).toEqual(["error yaml-duplicate-key 3 /mcpServers/a", "error yaml-duplicate-key 5 /mcpServers/a"]);
    expect([...config.servers.keys()]).toEqual(["b"]);
    expect(brokenServers).toEqual(["a"]);
  });

  it("cannot use a file with a section written twice", () => {
    expect(load('version: "1"\nmcpServers: {}\nmcpServers: {}').isUsable).toBe(false);
  });

  it("F-CFG-02: takes a key with nothing behind it for an empty one, wherever it stands", () => {
    for (const text of [
      'version: "1"\nmcpServers: {a}',
      'version: "1"\nmcpServers:\n  ? a',
      'version: "1"\nmcpServers:\n  - ? a',
      'version: "1"\nmcpServers:\n  a: {<<}',
      '{version: "1", mcpServers}',
    ])
      expect(load(text).config.servers.size, text).toBe(0);
    const { config, problems } = loadServers(
      "a: {url: https://a.example, headers: {Authorization}}\nb: {url: https://b.example}",
    );
    expect([...config.servers.keys()]).toEqual(["b"]);
    expect(problems.map(short)).toEqual(["error value-type 3 /mcpServers/a/headers/Authorization"]);
  });

  it("CFG-07: refuses __proto__ and keeps every prototype", () => {
    const { problems, config, document } = loadServers(
      'x: {url: "http://a.example", __proto__: {command: sh, args: ["-c", id]}}',
    );
    expect(problems.map(({ code }) => code)).toEqual(["yaml-key"]);
    expect(config.servers.size).toBe(0);
    expect(Object.getPrototypeOf(document.mcpServers.x)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).command).toBeUndefined();
  });

  it("CFG-09: runs no tag", () => {
    for (const tag of ["!!js/function 'x'", "!!python/object/apply:os.system [id]", "!!binary aGk="]) {
      expect(loadServers(`a: {command: ${tag}, args: []}`).problems.map(({ code }) => code)).toContain("yaml-tag");
    }
  });

  it("CFG-11: merges mappings as LibreChat's parser does, and own keys win", () => {
    const { config, problems } = loadServers(
      "a: &base {type: sse, url: https://a.example, timeout: 5}\nb:\n  timeout: 7\n  <<: *base\nc:\n  <<: [{timeout: 1}, *base]",
    );
    expect(problems).toEqual([]);
    expect([...config.servers.values()].map(({ timeoutMs }) => timeoutMs)).toEqual([5, 7, 1]);
  });

  it("CFG-12: sees an alias that contains itself", () => {
    const { problems, brokenServers } = loadServers("a: &a {url: https://a.example, headers: *a}\nb: *nowhere");
    expect(problems.filter(({ code }) => code === "yaml-alias").map(({ line }) => line)).toEqual([3, 4]);
    expect(brokenServers).toEqual(["a", "b"]);
  });

  it("allows many aliases of one anchor", () => {
    const servers = Array.from({ length: 300 }, (_, index) => `s${index}: {url: https://a.example, headers: *h}`);
    const { config } = load(
      `version: "1"\nmcpServers:\n  s: {url: https://a.example, headers: &h {A: b}}\n  ${servers.join("\n  ")}`,
    );
    expect(config.servers.size).toBe(301);
  });

  it("names the place of a tab, an unclosed quote, bytes that are no UTF-8", () => {
    expect(load("a:\n\tb: 1").problems[0]).toMatchObject({ code: "yaml-tab", line: 2, column: 1 });
    expect(load("a: 'x\nb: 1").problems[0]).toMatchObject({ code: "yaml-syntax" });
    expect(load(new Uint8Array([...Buffer.from("a: 1\nb: x"), 0xff])).problems[0]).toMatchObject({
      code: "not-utf8",
      line: 2,
      column: 5,
    });
    expect(codes(Buffer.from("\ufeffversion: '1'", "utf16le"))).toEqual(["not-utf8"]);
  });

  it("reads a file with a byte order mark and Windows line ends", () => {
    const { config, problems } = load(
      Buffer.from('\ufeffversion: "1"\r\nmcpServers:\r\n  a:\r\n    url: https://a.example\r\n    timeout: x\r\n'),
    );
    expect(config.servers.size).toBe(0);
    expect(problems.map(short)).toEqual(["error value-type 5 /mcpServers/a/timeout"]);
  });

  it("refuses an empty file, a list, several documents and a file beyond the size limit", () => {
    expect(codes("")).toEqual(["root-not-map"]);
    expect(codes("- a")).toEqual(["root-not-map"]);
    expect(codes("a: 1\n---\nb: 2")).toEqual(["yaml-syntax"]);
    expect(codes(`# ${"x".repeat(2 * 1024 * 1024)}`)).toEqual(["file-too-large"]);
  });
});
