import type { Answer, Caller } from "./house.ts";

/** The operator lets anybody reach these addresses, as for servers in the own network. */
export const allowing = (...allowedAddresses: string[]) => ({ more: { mcpSettings: { allowedAddresses } } });

/** Somebody enters a connector of their own. */
export const makeConnector = (who: Caller, url: string, more: object = {}): Promise<Answer> =>
  who.ask("POST", "/api/mcp/servers", { config: { type: "streamable-http", title: "Mine", url, ...more } });
