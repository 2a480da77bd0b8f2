import { compileSchema, type SchemaCheck } from "../../schemas/compile.ts";
import endpoints from "../../schemas/config/endpoints.json" with { type: "json" };
import interfaceSchema from "../../schemas/config/interface.json" with { type: "json" };
import librechat from "../../schemas/config/librechat.json" with { type: "json" };
import mcpSettings from "../../schemas/config/mcp-settings.json" with { type: "json" };
import oauth from "../../schemas/config/oauth.json" with { type: "json" };
import serverKeys from "../../schemas/config/server-keys.json" with { type: "json" };
import sse from "../../schemas/config/server-sse.json" with { type: "json" };
import stdio from "../../schemas/config/server-stdio.json" with { type: "json" };
import streamableHttp from "../../schemas/config/server-streamable-http.json" with { type: "json" };
import websocket from "../../schemas/config/server-websocket.json" with { type: "json" };
import type { TransportKind } from "../types.ts";

const references = [serverKeys, oauth];

/** The schemas of server entries, one a transport. */
export const SERVER_CHECKS: Readonly<Record<TransportKind, SchemaCheck>> = {
  stdio: compileSchema(stdio, { references }),
  websocket: compileSchema(websocket, { references }),
  sse: compileSchema(sse, { references }),
  "streamable-http": compileSchema(streamableHttp, { references }),
};

const SERVER_SCHEMAS = { stdio, websocket, sse, "streamable-http": streamableHttp };

/** Every key that some transport knows. */
export const ALL_SERVER_KEYS: readonly string[] = [
  ...new Set(Object.values(SERVER_SCHEMAS).flatMap(({ properties }) => Object.keys(properties))),
];

/** The other sections; defaults are written into the checked value. */
export const SECTION_CHECKS: Readonly<Record<"mcpSettings" | "interface" | "endpoints" | "chatLimits", SchemaCheck>> = {
  mcpSettings: compileSchema(mcpSettings, { fillDefaults: true }),
  interface: compileSchema(interfaceSchema, { fillDefaults: true }),
  endpoints: compileSchema(endpoints),
  chatLimits: compileSchema(librechat.properties.chatLimits),
};

/** Sections in which LibreChat knows more keys than are read here, with those that are. */
export const OPEN_SECTIONS: readonly (readonly [path: readonly string[], keys: readonly string[]])[] = [
  [["endpoints"], Object.keys(endpoints.properties)],
  [["endpoints", "agents"], Object.keys(endpoints.properties.agents.properties)],
  [["interface"], Object.keys(interfaceSchema.properties)],
];

/** Root keys, those that are only listed as not used included. */
export const ROOT_KEYS: readonly string[] = Object.keys(librechat.properties);
