/**
 * Keys that are read and checked and have no effect in this version. `*` stands for any one key.
 * Who makes one work removes its line.
 */
export const UNSUPPORTED_KEYS: readonly string[] = [
  "mcpServers.*.requestHeaders",
  "mcpSettings.catalogRecovery",
  "interface.mcpServers.use",
  "interface.mcpServers.share",
  "interface.mcpServers.public",
  "interface.mcpServers.placeholder",
  "interface.mcpServers.trustCheckbox",
  "interface.mcpServers.toolsRefreshInterval",
  "interface.mcpServers.statusRefreshInterval",
  "endpoints.custom.*.titleMethod",
  "endpoints.custom.*.titlePromptTemplate",
  "endpoints.custom.*.titleEndpoint",
  "endpoints.custom.*.titleTiming",
  "endpoints.custom.*.titleMessageRole",
  "endpoints.custom.*.summarize",
  "endpoints.custom.*.summaryModel",
  "endpoints.custom.*.forcePrompt",
  "endpoints.custom.*.streamRate",
  "endpoints.custom.*.userIdQuery",
  "endpoints.custom.*.customParams",
  "endpoints.custom.*.tokenConfig.*.prompt",
  "endpoints.custom.*.tokenConfig.*.completion",
  "endpoints.custom.*.tokenConfig.*.cacheRead",
  "endpoints.custom.*.tokenConfig.*.cacheWrite",
];

/** Environment variables of LibreChat that are read and have no effect in this version. As above: who wires one removes it. */
export const UNSUPPORTED_ENVIRONMENT: readonly string[] = [
  "MCP_CONNECTION_CHECK_TTL",
  "MCP_INIT_TIMEOUT_MS",
  "MCP_INIT_FOLLOWER_RETRY_MS",
  "MCP_INIT_FOLLOWER_MAX_WAIT_MS",
  "MCP_REGISTRY_CACHE_TTL",
  "MCP_TOOLS_LIST_MAX_PAGES",
  "MCP_TOOLS_LIST_MAX_TOOLS",
  "MCP_TOOLS_LIST_MAX_BYTES",
  "MCP_TOOLS_LIST_TIMEOUT_MS",
  "MCP_IMAGE_DATA_MAX_BYTES",
  "MCP_CB_MAX_CYCLES",
  "MCP_CB_CYCLE_WINDOW_MS",
  "MCP_CB_CYCLE_COOLDOWN_MS",
  "MCP_CB_MAX_FAILED_ROUNDS",
  "MCP_CB_FAILED_WINDOW_MS",
  "MCP_CB_BASE_BACKOFF_MS",
  "MCP_CB_MAX_BACKOFF_MS",
  "DOMAIN_CLIENT",
];

/** Keys that are accepted and change nothing, with the reason: LibreChat ignores them itself, or it is always so here. */
export const IGNORED_KEYS: Readonly<Record<string, string>> = {
  "mcpServers.*.oauth.redirect_uri": "the callback is always <DOMAIN_SERVER>/api/mcp/<server>/oauth/callback",
  "mcpServers.*.oauthRefreshCoordination": "all instances over one database renew a sign-in one at a time, always",
  "mcpServers.*.oauthPersistenceWaitTimeout": "tokens are used only once they are stored, however long that takes",
};

/** Calls back with the path of every key in the document that one of the patterns names. */
export function findKeys(
  document: unknown,
  patterns: readonly string[],
  found: (path: readonly string[], pattern: string) => void,
): void {
  for (const pattern of patterns) {
    const parts = pattern.split(".");
    const path: string[] = [];
    const walk = (value: unknown): void => {
      const part = parts[path.length];
      if (part === undefined) {
        found([...path], pattern);
        return;
      }
      if (typeof value !== "object" || value === null) return;
      for (const key of part === "*" ? Object.keys(value) : [part]) {
        if (!Object.hasOwn(value, key)) continue;
        path.push(key);
        walk((value as Record<string, unknown>)[key]);
        path.pop();
      }
    };
    walk(document);
  }
}
