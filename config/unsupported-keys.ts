/**
 * Keys that are read and checked and have no effect in this version. `*` stands for any one key.
 * Who makes one work removes its line.
 */
export const UNSUPPORTED_KEYS: readonly string[] = [
  "mcpServers.*.oauth",
  "mcpServers.*.oauth_headers",
  "mcpServers.*.oauthRefreshWaitTimeout",
  "mcpServers.*.oauthRefreshCoordination",
  "mcpServers.*.oauthPersistenceWaitTimeout",
  "mcpServers.*.obo",
  "mcpServers.*.requestHeaders",
  "mcpServers.*.serverInstructions",
  "mcpServers.*.stderr",
  "mcpSettings.catalogRecovery",
  "interface.mcpServers",
  "endpoints.custom",
];

/** Keys that LibreChat itself accepts and ignores. */
export const IGNORED_KEYS: Readonly<Record<string, string>> = {
  "mcpServers.*.oauth.redirect_uri": "the callback is always <DOMAIN_SERVER>/api/mcp/<server>/oauth/callback",
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
