import { describe, expect, it } from "vitest";
import { normalizeServer } from "../../../config/entries/normalize-server.ts";
import type { Problem } from "../../../config/problem.ts";
import { resolveTarget } from "../../../config/templates/resolve-target.ts";
import { loadServers, short } from "./load.ts";

describe("the name of a header", () => {
  it("is never filled in: what stands there stands there, and is an error of the whole entry", () => {
    const headers = { "X-${A}": "${A}", "X-{{LIBRECHAT_USER_ID}}": "b" };
    const entry = { type: "sse", url: "https://a.example/", headers };
    const codes: Problem["code"][] = [];
    const server = normalizeServer({
      ...{ name: "a", entry, kind: "sse", origin: "operator", location: null, mode: "keep", env: { A: "k" } },
      report: (_, { code }) => void codes.push(code),
    });
    expect(codes).toEqual(["header-name", "header-name"]);
    const resolved = resolveTarget(server, { env: { A: "k" }, userVars: {}, user: { id: "u-1" } }, "keep");
    expect(resolved).toMatchObject({ target: { headers: { "X-${A}": "k", "X-{{LIBRECHAT_USER_ID}}": "b" } } });

    for (const name of ["X-${A}", "X Y", "", "X:Y", "h\u00e9ader", "X\\r\\nY"]) {
      const { problems, config } = loadServers(`a: {url: https://a.example, headers: {"${name}": b, Good: c}}`, { A: "k" });
      expect(problems.map(short)).toEqual([expect.stringMatching(/^error header-name 3 \/mcpServers\/a\/headers\//)]);
      expect(config.servers.size).toBe(0);
    }
  });
});
