import { type ProtectedServer, startProtectedServer } from "../servers/protected-server.ts";
import { type ScriptedIdp, startScriptedIdp } from "../servers/scripted-idp.ts";
import { type Browser, browserOf } from "./browser-sign-in.ts";
import { kept } from "./clean-up.ts";
import { type Answer, type Caller, type RunningHouse, type StartHouseOptions, startHouse } from "./house.ts";

/** A house with one server, `notes`, that people sign in to. */
export interface OAuthWorld {
  idp: ScriptedIdp;
  server: ProtectedServer;
  house: RunningHouse;
}

export interface OAuthWorldOptions extends StartHouseOptions {
  /** More of the server's entry. */
  entry?: object;
  servers?: (world: { idp: ScriptedIdp; server: ProtectedServer }) => object;
}

export async function oauthWorld({ entry, servers, ...options }: OAuthWorldOptions = {}): Promise<OAuthWorld> {
  const idp = await kept(startScriptedIdp());
  const server = await kept(startProtectedServer(idp));
  const notes = { title: "Notes", type: "streamable-http", url: server.url, ...entry };
  const mcpServers = { notes, ...servers?.({ idp, server }) };
  const more = { mcpSettings: { allowedAddresses: [`127.0.0.1:${idp.port}`] }, ...options.more };
  // Clocks run faster in some tests, other machines slower: waiting for metadata is not what is tested.
  const env = { MCP_OAUTH_DETECTION_TIMEOUT: "120000", ...options.env };
  const house = await kept(startHouse(mcpServers, { hosted: true, ...options, env, more }));
  return { idp, server, house };
}

/** Somebody with a browser, signed in to `notes`. */
export async function signedIn(house: RunningHouse, name: string): Promise<{ who: Caller; browser: Browser }> {
  const who = await house.user(name);
  const browser = browserOf(who);
  const page = await browser.signIn("notes");
  if (!String(page.body).includes("Signed in to Notes"))
    throw new Error(`not signed in: ${page.status} ${JSON.stringify(page.body)}`);
  return { who, browser };
}

export const echo = (who: Caller, message = "hello"): Promise<Answer> =>
  who.ask("POST", "/api/mcp/notes/tools/echo/call", { arguments: { message } });
export const stateOf = async (who: Caller) => (await who.ask("GET", "/api/mcp/connection/status/notes")).body.status;
