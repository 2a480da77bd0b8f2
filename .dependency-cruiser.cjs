/**
 * Who may import whom. The rooms are the folders of README.md; every rule has been seen failing by
 * `test/house/room-rules.test.ts`. Read with swc: without it nothing is seen under TypeScript 7, in silence.
 */

/** A library that lives in one room, so that it can be replaced there. */
const only = (name, library, rooms) => ({
  name,
  severity: "error",
  comment: `${library} may be imported only from ${rooms}`,
  from: { pathNot: `${rooms}|^test/|node_modules` },
  to: { path: `^(node:)?${library}(/|$)|node_modules/${library}(/|$)` },
});

const mayNot = (name, from, to, pathNot) => ({
  name,
  severity: "error",
  from: { path: from },
  to: pathNot ? { path: to, pathNot } : { path: to },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "no-orphans",
      severity: "error",
      from: { orphan: true, pathNot: "^(test|client/vite\\.config|api/(main|plugin))|\\.(test|d)\\.ts$" },
      to: {},
    },
    { name: "no-unresolved", severity: "error", from: {}, to: { couldNotResolve: true } },
    { name: "no-barrels", severity: "error", from: {}, to: { path: "(^|/)index\\.tsx?$", pathNot: "node_modules" } },

    // rooms: schemas <- config <- api; the client sees wire types and error codes
    mayNot("schemas-import-no-room", "^schemas/", "^(api|config|client|test)/"),
    mayNot("config-below-api", "^config/", "^(api|client|test)/"),
    mayNot("config-text-below-entries", "^config/(source|yaml|templates|environment)/", "^config/(entries|checks|import|cli)/"),
    mayNot("config-entries-below-checks", "^config/entries/", "^config/(checks|import|cli)/"),
    mayNot("api-not-client-or-test", "^api/", "^(client|test)/"),
    mayNot(
      "client-sees-wire-only",
      "^client/",
      "^(api|config|test|schemas)/",
      "^schemas/(wire|wire-asks|wire-functions|chat-wire|chat-transcript|elicitation-form|elicitation-visit|error-codes|hidden-characters)\\.ts$",
    ),

    // inside api, from the ground up
    mayNot("errors-at-the-bottom", "^api/errors/", "^api/(?!errors/)"),
    mayNot("logging-at-the-bottom", "^api/logging/", "^(api/(?!logging/|ports/)|config/)"),
    mayNot("ports-are-interfaces", "^api/ports/", "^(api/(?!ports/)|config/)"),
    mayNot("egress-serves-all", "^api/egress/", "^api/(?!egress/|errors/|ports/|logging/|stop-signal)"),
    mayNot(
      "mcp-knows-one-connection",
      "^api/mcp/",
      "^api/(chat|connections|oauth|servers|server-requests|tools|user-vars|storage|http|realtime|identity|demo)/",
    ),
    mayNot("mcp-guards-at-the-bottom", "^api/mcp/guards/", "^api/mcp/(transports|stdio|output|session|connection)/"),
    mayNot("mcp-ways-below-sessions", "^api/mcp/(transports|stdio|output)/", "^api/mcp/(session|connection)/"),
    mayNot("mcp-sessions-below-connections", "^api/mcp/session/", "^api/mcp/connection/"),
    mayNot(
      "domain-knows-no-edge",
      "^api/(chat|connections|oauth|servers|server-requests|tools|user-vars)/",
      "^api/(storage|http|realtime|identity|demo)/",
    ),
    mayNot(
      "adapters-know-ports-only",
      "^api/(storage|identity|metrics)/",
      "^api/(chat|connections|oauth|servers|server-requests|tools|user-vars|mcp|http|realtime|demo)/",
    ),
    mayNot("edges-not-into-mcp", "^api/(http|realtime)/", "^api/mcp/"),
    mayNot("edges-not-into-storage", "^api/(http|realtime)/", "^api/storage/"),
    mayNot("http-not-realtime", "^api/http/", "^api/realtime/"),
    mayNot("realtime-not-http", "^api/realtime/", "^api/http/"),
    mayNot("openid-knows-no-edge", "^api/openid/", "^api/(connections|mcp|servers|tools|user-vars|storage|http|realtime|demo)/"),
    mayNot("demo-stands-alone", "^api/demo/", "^(config|schemas|api/(?!demo/))"),
    {
      name: "demo-only-started-by-the-process",
      severity: "error",
      from: { pathNot: "^(api/(demo/|main\\.ts)|test/)" },
      to: { path: "^api/demo/" },
    },
    {
      name: "adapters-named-by-compose-only",
      severity: "error",
      from: { pathNot: "^(api/(storage/|(compose|storage-choice)\\.ts)|test/)" },
      to: { path: "^api/storage/(sqlite|mongo)/" },
    },
    {
      name: "compose-is-the-root",
      severity: "error",
      from: { pathNot: "^(api/(main|plugin|shutdown)\\.ts|test/)" },
      to: { path: "^api/compose\\.ts$" },
    },

    // client: features do not know each other
    {
      name: "features-apart",
      severity: "error",
      from: { path: "^client/src/features/([^/]+)/" },
      to: { path: "^client/src/features/", pathNot: "^client/src/features/$1/" },
    },
    mayNot("client-shared-below-features", "^client/src/(lib|ui)/", "^client/src/(features/|app\\.tsx|main\\.tsx)"),
    mayNot("ui-is-presentational", "^client/src/ui/", "^client/src/lib/"),

    // one room a library
    only("mcp-client-in-one-file", "@modelcontextprotocol/(client|core)", "^api/mcp/sdk\\.ts"),
    only("model-sdk-in-one-file", "@ai-sdk/[^/]+", "^api/chat/model-sdk\\.ts"),
    only("mcp-sdk-v1-in-demo", "@modelcontextprotocol/sdk", "^api/demo/"),
    only("zod-in-demo", "zod", "^api/demo/"),
    only("openid-client-in-one-file", "openid-client", "^api/openid/openid-provider\\.ts"),
    only("oidc-provider-in-demo", "oidc-provider", "^api/demo/"),
    only("mongoose-in-one-room", "(mongoose|mongodb)", "^api/storage/mongo/"),
    only("sqlite-in-one-room", "sqlite", "^api/storage/sqlite/"),
    only("express-in-one-room", "(express|@types/express)", "^api/(http/|(compose|house|plugin)\\.ts)"),
    only("socketio-in-one-room", "socket\\.io", "^api/(realtime/|(compose|house|main|plugin)\\.ts)"),
    only("ajv-in-one-room", "(ajv|ajv-formats)", "^schemas/compile\\.ts"),
    only("yaml-in-one-room", "yaml", "^config/yaml/parse-yaml\\.ts"),
    only("handlebars-in-one-room", "handlebars", "^config/templates/template\\.ts"),
    only("undici-in-one-room", "undici", "^api/(egress/|mcp/transports/)"),
    only("prom-client-in-one-room", "prom-client", "^api/metrics/"),
    only("pino-in-one-room", "pino", "^api/logging/"),
    // And the build of the page, before anybody is let in.
    only("programs-from-one-file", "child_process", "^api/(mcp/stdio/stdio-process\\.ts|start\\.mjs)"),
    only("no-code-from-text", "vm", "^nowhere$"),
    only("react-in-client", "(react|react-dom|@mantine/[^/]+|socket\\.io-client|@types/react)", "^client/"),
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js", ".json"],
    },
  },
};
