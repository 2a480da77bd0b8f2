import type { CONNECTOR_ROUTES } from "../../../schemas/routes/connector-routes.ts";
import type { Principal } from "../../ports/identity.ts";
import type { Connectors } from "../../servers/connectors.ts";
import type { ServerDirectory } from "../../servers/server-directory.ts";
import type { HandlersFor } from "../handler.ts";

/** Servers people make themselves. */
export function connectorHandlers(connectors: Connectors, directory: ServerDirectory): HandlersFor<typeof CONNECTOR_ROUTES> {
  const viewOf = async (who: Principal, name: string) => (await directory.views(who)).find((view) => view.name === name);
  const configIn = (body: unknown) => (body as { config: unknown }).config;
  return {
    createServer: async ({ who, body }) => {
      const { name } = await connectors.create(who, configIn(body));
      return { body: { serverName: name, ...(await viewOf(who, name)) } };
    },
    updateServer: async ({ who, params, body }) => {
      const { name } = await connectors.update(who, params.name ?? "", configIn(body));
      return { body: await viewOf(who, name) };
    },
    deleteServer: async ({ who, params }) => {
      await connectors.remove(who, params.name ?? "");
      return { body: { success: true } };
    },
  };
}
