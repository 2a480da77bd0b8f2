import endpoints from "../../schemas/config/endpoints.json" with { type: "json" };
import interfaceSchema from "../../schemas/config/interface.json" with { type: "json" };
import librechat from "../../schemas/config/librechat.json" with { type: "json" };
import mcpServer from "../../schemas/config/mcp-server.json" with { type: "json" };
import mcpSettings from "../../schemas/config/mcp-settings.json" with { type: "json" };
import oauth from "../../schemas/config/oauth.json" with { type: "json" };
import serverKeys from "../../schemas/config/server-keys.json" with { type: "json" };
import sse from "../../schemas/config/server-sse.json" with { type: "json" };
import stdio from "../../schemas/config/server-stdio.json" with { type: "json" };
import streamableHttp from "../../schemas/config/server-streamable-http.json" with { type: "json" };
import websocket from "../../schemas/config/server-websocket.json" with { type: "json" };
import type { CommandIo } from "./io.ts";
import { schemaDocs } from "./schema-docs.ts";

const PARTS = [endpoints, interfaceSchema, mcpServer, mcpSettings, oauth, serverKeys, sse, stdio, streamableHttp, websocket];

/** `schema`: all schemas as one document, for editors elsewhere. `schema --docs`: the reference page. */
export async function schema(_operands: readonly string[], { docs = false }: { docs?: boolean }, io: CommandIo): Promise<number> {
  const bundle = { ...librechat, $defs: Object.fromEntries(PARTS.map((part) => [part.$id, part])) };
  io.print(docs ? schemaDocs().trimEnd() : JSON.stringify(bundle, null, 2));
  return 0;
}
