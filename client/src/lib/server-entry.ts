import type { ConnectionStatus, ServerView } from "../../../schemas/wire.ts";

/** A server together with where its connection stands; null while that is not known yet. */
export interface Entry {
  server: ServerView;
  status: ConnectionStatus | null;
}

/** Values this server asks for that are not there. */
export function missingVars({ server }: Entry): readonly string[] {
  return server.userVars.filter(({ set }) => !set).map(({ title }) => title);
}
