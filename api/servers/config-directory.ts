import type { Problem } from "../../config/problem.ts";
import type { PlatformConfig, ServerConfig } from "../../config/types.ts";
import type { ServerView } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";
import { wantsOAuth } from "../oauth/resolve-server.ts";
import type { Principal } from "../ports/identity.ts";
import type { UserVars } from "../user-vars/user-vars.ts";
import { maySee } from "./access.ts";
import type { Connectors } from "./connectors.ts";
import type { ServerDirectory } from "./server-directory.ts";

export interface ConfigDirectoryOptions {
  /** The configuration in force; a reload gives another one. */
  config: () => PlatformConfig;
  problems: () => readonly Problem[];
  userVars: UserVars;
  /** What people made themselves; the file's names go before. */
  connectors: Pick<Connectors, "ofOwner">;
}

/** The servers of the operator's file, and behind them each person's own. */
export function configDirectory({ config, problems, userVars, connectors }: ConfigDirectoryOptions): ServerDirectory {
  const visibleTo = (who: Principal): readonly ServerConfig[] => [
    ...[...config().servers.values()].filter(({ access }) => maySee(access, who)),
    ...connectors.ofOwner(who.userId),
  ];
  return {
    visibleTo,
    get(who, name) {
      const inFile = config().servers.get(name);
      const found = inFile ?? connectors.ofOwner(who.userId).find((server) => server.name === name);
      if (found === undefined || !maySee(found.access, who))
        throw new AppError("SERVER_UNKNOWN", `there is no server "${name}" for you`);
      return found;
    },
    views: (who) => Promise.all(visibleTo(who).map((server) => viewOf(who, server, userVars))),
    problems,
  };
}

async function viewOf(who: Principal, server: ServerConfig, userVars: UserVars): Promise<ServerView> {
  const flags = await userVars.flags(who.userId, server);
  return {
    name: server.name,
    title: server.title,
    description: server.description,
    iconPath: server.iconPath,
    transport: server.target.kind,
    startup: server.startup,
    chatMenu: server.chatMenu,
    requiresOAuth: wantsOAuth(server),
    source: server.origin === "operator" ? "operator" : "ui",
    canEdit: server.origin === "ui",
    // As written, placeholders and all: values never travel.
    url: (who.role === "ADMIN" || server.origin === "ui") && server.target.kind !== "stdio" ? server.target.url.source : null,
    package: who.role === "ADMIN" && server.target.kind === "stdio" ? server.target.package : null,
    userVars: Object.entries(server.userVars).map(([name, { title, description, sensitive }]) => ({
      name,
      title,
      description,
      sensitive,
      set: flags[name] === true,
    })),
  };
}
