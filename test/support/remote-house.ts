import { expect } from "vitest";
import type { ConnectionStatus } from "../../schemas/wire.ts";
import type { HandmadeServer } from "../servers/handmade-server.ts";
import { cleanups } from "./clean-up.ts";
import { type StartHouseOptions, startHouse } from "./house.ts";

/** A call of the one tool of `remote`. */
export const CALL = "/api/mcp/remote/tools/go/call";

/** A house whose server `remote` is this one, with ann's connection to it open. */
export async function connected(server: HandmadeServer, entry: object = {}, options: StartHouseOptions = {}) {
  cleanups.push(() => server.close());
  const house = await startHouse(
    { remote: { type: "streamable-http", url: server.url, ...entry } },
    { hosted: true, ...options },
  );
  cleanups.push(() => house.close());
  const ann = await house.user("ann");
  expect((await ann.ask("POST", "/api/mcp/remote/connect")).body).toMatchObject({ status: { state: "connected" } });
  /** What a tab of hers is told. */
  const statuses: ConnectionStatus[] = [];
  const socket = ann.socket();
  socket.on("mcp:status", ({ status }) => statuses.push(status));
  await new Promise((resolve) => socket.once("mcp:snapshot", resolve));
  return { house, ann, statuses, call: () => ann.ask("POST", CALL, { arguments: {} }) };
}
