import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { belowFloor } from "./findings.ts";
import { sourceFiles } from "./source-files.ts";

const sources = sourceFiles(".", ["api", "config", "schemas", "client"]).map(
  (path) => [path, readFileSync(path, "utf8")] as const,
);
const filesThat = (pattern: RegExp) => sources.filter(([, text]) => pattern.test(text)).map(([path]) => path);

describe("clients of MCP servers", () => {
  it("[PROTO-32] are made in one place, each with the transport it was made for", () => {
    expect(sources.length).toBeGreaterThan(200);
    expect(filesThat(/new Client\(/)).toEqual(["api/mcp/session/open-session.ts"]);
    expect(filesThat(/\bopenSession\(\{/)).toEqual([
      "api/connections/live-connections.ts",
      "api/connections/open-user-session.ts",
    ]);
    expect(filesThat(/new (StreamableHTTP|SSE)ClientTransport\(/)).toEqual(["api/mcp/transports/remote-transport.ts"]);
  });

  it("[PROTO-25] match no URI against a template of a stranger, and the SDK is past the release that blocked on one", () => {
    expect(filesThat(/UriTemplate/)).toEqual([]);
    const lock = readFileSync("package-lock.json", "utf8");
    expect(belowFloor(lock, { "@modelcontextprotocol/sdk": "1.25.2", "@modelcontextprotocol/client": "2.0.0" })).toEqual([]);
    expect(belowFloor(lock, { "@modelcontextprotocol/sdk": "99.0.0" })).not.toEqual([]);
  });
});
