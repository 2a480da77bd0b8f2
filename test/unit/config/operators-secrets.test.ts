// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how the environment is written in a file
import { expect, it } from "vitest";
import { customEndpoint } from "../../../api/chat/built-in-endpoints.ts";
import { loadConfig } from "../../../config/load-config.ts";
import { loadServers, short } from "./load.ts";

const ENV = { OP_KEY: "sk-operators", ORG: "org", HOST: "https://models.example" };
const USERS_HOST = "customUserVars: {HOST: {title: t, description: d}}";

function loadEndpoint(endpoint: object) {
  const custom = [{ name: "Own", models: { default: ["m"] }, ...endpoint }];
  return loadConfig(JSON.stringify({ version: "1", endpoints: { custom } }, null, 1), "test.yaml", ENV);
}

it("leaves a model provider out whose address users enter and that has a key or a header of the operator's", () => {
  const own = { apiKey: "user_provided", baseURL: "user_provided" };
  const refused: [object, string][] = [
    [{ ...own, apiKey: "${OP_KEY}" }, "/apiKey"],
    [{ ...own, apiKey: "sk-literal" }, "/apiKey"],
    [{ ...own, headers: { "x-org": "${ORG}" } }, "/headers/x-org"],
    [{ ...own, headers: { "X-Api-Key": "literal" } }, "/headers/X-Api-Key"],
    [{ apiKey: "${OP_KEY}", baseURL: "https://{{LIBRECHAT_USER_USERNAME}}.example/v1" }, "/apiKey"],
  ];
  for (const [endpoint, path] of refused) {
    const { config, problems } = loadEndpoint(endpoint);
    const errors = problems.filter(({ severity }) => severity === "error");
    expect(errors.map((each) => [each.code, each.path, each.line !== null])).toEqual([
      ["secret-to-users-host", `/endpoints/custom/0${path}`, true],
    ]);
    expect(errors[0]?.suggestion).toContain("an address of your own");
    expect(config.customEndpoints).toEqual([]);
  }
  for (const endpoint of [
    own,
    { ...own, headers: { "x-app": "patchbay", "x-person": "{{LIBRECHAT_USER_ID}}" } },
    { apiKey: "${OP_KEY}", baseURL: "${HOST}/v1", headers: { "x-org": "${ORG}" } },
    { apiKey: "${OP_KEY}", baseURL: "https://models.example/{{LIBRECHAT_USER_ID}}/v1" },
  ])
    expect(loadEndpoint(endpoint).config.customEndpoints).toHaveLength(1);
});

it("has no secret of the operator's in hand where the address is a user's", () => {
  const endpoint = loadEndpoint({ apiKey: "${OP_KEY}", baseURL: "${HOST}/v1", headers: { "x-org": "${ORG}", "x-app": "a" } })
    .config.customEndpoints[0];
  if (endpoint === undefined) throw new Error("it was left out");
  expect(customEndpoint(endpoint)).toMatchObject({ apiKey: { source: "${OP_KEY}" }, headers: { "x-org": {}, "x-app": {} } });
  const theirs = customEndpoint({ ...endpoint, baseUrl: null });
  expect([theirs.apiKey, Object.keys(theirs.headers)]).toEqual([null, ["x-app"]]);
});

it.each([
  ['headers: {X-Op: "${OP_KEY}"}', "/headers/X-Op"],
  ['headers: {Authorization: "Bearer sk-literal"}', "/headers/Authorization"],
  ['requestHeaders: {X-Op: "a ${OP_KEY}"}', "/requestHeaders/X-Op"],
  ['oauth_headers: {X-Op: "${OP_KEY}"}', "/oauth_headers/X-Op"],
  ["apiKey: {source: admin, authorization_type: bearer, key: literal}", "/apiKey/key"],
  ['apiKey: {source: admin, authorization_type: bearer, key: "${OP_KEY}"}', "/apiKey/key"],
  [
    'oauth: {grant_type: client_credentials, client_id: c, client_secret: "${OP_KEY}", token_url: https://a.example}',
    "/oauth/client_secret",
  ],
  ['oauth: {client_id: c, client_secret: "${OP_KEY}", issuer: "https://{{HOST}}"}', "/oauth/client_secret"],
])(
  "leaves a server out that would send %s to a host that a user enters; in LibreChat's way the operator is told",
  (key, path) => {
    const server = `x:\n  type: sse\n  url: http://{{HOST}}/mcp\n  ${USERS_HOST}\n  ${key}`;
    const told = ({ problems }: ReturnType<typeof loadConfig>) =>
      problems.map(short).filter((each) => each.includes("secret-to-users-host"));
    const refused = loadServers(server, ENV);
    expect(told(refused)).toEqual([`error secret-to-users-host 7 /mcpServers/x${path}`]);
    expect(refused.config.servers.size).toBe(0);
    const text = `version: "1"\nmcpSettings: {unresolvedPlaceholders: keep}\nmcpServers:\n${server.replace(/^/gm, "  ")}`;
    const kept = loadConfig(text, "test.yaml", ENV);
    expect(told(kept)).toEqual([`warning secret-to-users-host 8 /mcpServers/x${path}`]);
    expect(kept.config.servers.size).toBe(1);
  },
);

it.each([
  ["http://{{HOST}}/mcp", 'headers: {X-Key: "{{HOST}}", X-App: patchbay}'],
  ["http://{{HOST}}/mcp", 'headers: {Authorization: "Bearer {{HOST}}"}'],
  ["http://{{HOST}}/mcp", "apiKey: {source: user, authorization_type: bearer}"],
  ["http://{{HOST}}/mcp", 'oauth: {client_id: c, client_secret: "${OP_KEY}", issuer: https://a.example}'],
  ["http://a.example/{{HOST}}/mcp", 'headers: {X-Op: "${OP_KEY}"}'],
  ["${HOST}/mcp", 'headers: {X-Op: "${OP_KEY}"}'],
  ["${HOST}/mcp/{{HOST}}", 'headers: {X-Op: "${OP_KEY}"}'],
  ["${HOST}:8443?workspace={{HOST}}", 'headers: {X-Op: "${OP_KEY}"}'],
  ["https://${ORG}.example/{{HOST}}", 'headers: {X-Op: "${OP_KEY}"}'],
])("sends to %s what is not the operator's secret, or stays with the operator's host: %s", (url, key) => {
  const { problems, config } = loadServers(`x:\n  type: sse\n  url: "${url}"\n  ${USERS_HOST}\n  ${key}`, ENV);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(config.servers.size).toBe(1);
});

it.each(["{{HOST}}", "https://${ORG}.{{HOST}}/mcp", "${ORG}://{{HOST}}/mcp", "${HOST}{{HOST}}/mcp", "${HOST}:{{HOST}}/mcp"])(
  "knows that users decide who is reached at %s",
  (url) => {
    const { problems } = loadServers(`x:\n  type: sse\n  url: "${url}"\n  ${USERS_HOST}\n  headers: {X-Op: "\${OP_KEY}"}`, ENV);
    expect(problems.map(({ code }) => code)).toContain("secret-to-users-host");
  },
);

it("counts what is asked for at a user's host, as well", () => {
  const at = (url: string) => loadServers(`x:\n  type: sse\n  url: "${url}"\n  ${USERS_HOST}`, ENV).problems.map(short);
  expect(at("http://{{HOST}}/mcp?key=${OP_KEY}")).toEqual(["error secret-to-users-host 5 /mcpServers/x/url"]);
  expect(at("http://{{HOST}}.${ORG}/mcp")).toEqual([]);
});
