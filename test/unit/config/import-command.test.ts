// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how the files write references
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readForeignConfig } from "../../../config/import/foreign-config.ts";
import { toLibrechatYaml } from "../../../config/import/to-librechat.ts";
import { loadConfig } from "../../../config/load-config.ts";
import { yamlLines } from "../../../config/yaml/write-yaml.ts";

function imported(text: string): { yaml: string; servers: Record<string, unknown> } {
  const foreign = readForeignConfig(text);
  if (foreign === null) throw new Error("not read");
  const yaml = toLibrechatYaml(foreign);
  const { problems, document } = loadConfig(yaml, "made.yaml");
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return { yaml, servers: document.mcpServers };
}

describe("importing", () => {
  it("claude_desktop_config.json: programs, with secrets turned into environment variables", () => {
    const { yaml, servers } = imported(
      JSON.stringify({
        mcpServers: {
          github: {
            command: "npx",
            args: ["-y", "server-github"],
            env: { GITHUB_PERSONAL_ACCESS_TOKEN: "ghp_CANARYCANARY", GITHUB_HOST: "github.example" },
          },
          db: {
            command: "uvx",
            args: ["mcp-pg", "postgresql://ann:CANARY@db.example/app", "--api-key", "CANARY", "--token=CANARY", "--verbose"],
          },
        },
      }),
    );
    expect(yaml).not.toContain("CANARY");
    expect(servers).toEqual({
      github: {
        title: "github",
        type: "stdio",
        command: "npx",
        args: ["-y", "server-github"],
        env: { GITHUB_PERSONAL_ACCESS_TOKEN: "${GITHUB_PERSONAL_ACCESS_TOKEN}", GITHUB_HOST: "github.example" },
      },
      db: {
        title: "db",
        type: "stdio",
        command: "uvx",
        args: [
          "mcp-pg",
          "postgresql://ann:${DB_ARG_2_PASSWORD}@db.example/app",
          "--api-key",
          "${DB_API_KEY}",
          "--token=${DB_TOKEN}",
          "--verbose",
        ],
      },
    });
    for (const name of ["GITHUB_PERSONAL_ACCESS_TOKEN", "DB_API_KEY", "DB_TOKEN"]) expect(yaml).toContain(`#   ${name}\n`);
  });

  it("VS Code's mcp.json: comments, and inputs become values of each user", () => {
    const { servers } = imported(`{
      // what to ask for
      "inputs": [{"type": "promptString", "id": "perplexity-key", "description": "Perplexity API key", "password": true}, {"id": "org", "description": "Organisation"}],
      "servers": {
        "perplexity": {"type": "stdio", "command": "npx", "args": ["-y", "server-perplexity"], "env": {"KEY": "\${input:perplexity-key}"}},
        "remote": {"type": "http", "url": "https://api.example/mcp/\${input:org}", "headers": {"Authorization": "Bearer \${env:REMOTE_TOKEN}"}, /* gone */ "dev": {}},
      },
    }`);
    expect(servers).toMatchObject({
      perplexity: {
        env: { KEY: "{{PERPLEXITY_KEY}}" },
        customUserVars: { PERPLEXITY_KEY: { title: "Perplexity API key", description: "Perplexity API key" } },
      },
      remote: {
        type: "streamable-http",
        url: "https://api.example/mcp/{{ORG}}",
        headers: { Authorization: "Bearer ${REMOTE_TOKEN}" },
        customUserVars: { ORG: { sensitive: false } },
      },
    });
  });

  it("Cursor's and Claude Code's files: addresses without a transport, defaults, switched off servers", () => {
    const { yaml, servers } = imported(
      JSON.stringify({
        mcpServers: {
          linear: { url: "https://mcp.linear.example/sse" },
          "api-server": {
            type: "http",
            url: "${API_BASE_URL:-https://api.example}/mcp",
            headers: { "X-Api-Key": "CANARY", Authorization: "Bearer CANARY" },
          },
          searched: { url: "https://s.example/mcp?apiKey=CANARY&x=1", disabled: true, autoApprove: ["a"] },
        },
      }),
    );
    expect(yaml).not.toContain("CANARY");
    expect(servers).toMatchObject({
      linear: { type: "sse" },
      "api-server": {
        type: "streamable-http",
        url: "${API_BASE_URL}/mcp",
        headers: { "X-Api-Key": "${API_SERVER_X_API_KEY}", Authorization: "Bearer ${API_SERVER_AUTHORIZATION}" },
      },
      searched: { startup: false, url: "https://s.example/mcp?apiKey=${SEARCHED_API_KEY}&x=1" },
    });
    expect(yaml).toContain("# searched: not taken over: autoApprove\n");
    expect(yaml).toContain("# api-server: API_BASE_URL had a default");
  });

  it("refuses what is something else", () => {
    for (const text of ["", "[]", "{", '{"a": 1}', '{"mcpServers": []}', "null"]) expect(readForeignConfig(text)).toBeNull();
  });
});

describe("written YAML", () => {
  it("reads back as what it was", () => {
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom(
        "no",
        "1e3",
        "0x1",
        "a: b",
        "- a",
        "#",
        "~",
        "true",
        " x ",
        "a #b",
        "2024-01-01",
        "<<",
        "=",
        "!x",
        "&a",
        "*a",
        "|",
        ">",
        "%",
        "@",
        "`",
        "\n",
      ),
    );
    const key = fc.oneof(value.filter((text) => text !== "__proto__" && text !== "<<"));
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.oneof(value, fc.array(value), fc.integer(), fc.boolean(), fc.dictionary(key, value))),
        (inner) => {
          const { document, problems } = loadConfig(`version: "1"\ninterface:\n${yamlLines({ x: inner }, 2).join("\n")}\n`, "f");
          expect(problems.filter(({ code }) => code.startsWith("yaml"))).toEqual([]);
          expect(document.interface.x).toEqual({ ...inner });
        },
      ),
    );
  });
});
