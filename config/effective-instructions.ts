import type { ServerConfig } from "./types.ts";

/** What a model is told about a server: the server's own text, the operator's, or nothing. */
export function effectiveInstructions(
  { serverInstructions }: Pick<ServerConfig, "serverInstructions">,
  fromServer: string | null,
): string | null {
  if (serverInstructions === true) return fromServer;
  return serverInstructions === false ? null : serverInstructions;
}
