import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Person } from "../../api/demo/people.ts";
import { type Diary, startDiary } from "../servers/diary.ts";
import { type Exchanged, exchangesOf, ON_BEHALF } from "../servers/on-behalf.ts";
import { kept } from "./clean-up.ts";
import { type Answer, askOver, type RunningHouse, type StartHouseOptions, startHouse } from "./house.ts";
import { type PageVisitor, pageVisitor, type Visited } from "./page-visitor.ts";

const person = (id: string, more: Partial<Person> = {}): Person => {
  const name = `${id[0]?.toUpperCase()}${id.slice(1)}`;
  return { id, name, email: `${id}@example.org`, emailVerified: true, roles: [], scopes: [], ...more };
};

/** People of the provider. `admin` has the e-mail of the house's first account; Eve's e-mail is her own word. */
const PEOPLE: readonly Person[] = [
  person("ann", { roles: ["staff", "boss"] }),
  person("ben", { roles: ["staff"] }),
  person("admin"),
  // Called by more than can be seen.
  person("kim", { name: "Kim\u200b\u3164\ufe0f \u{e0041}Lee" }),
  person("eve", { email: "ann@example.org", emailVerified: false }),
];

export interface OpenIdWorld {
  /** Where people find the house. */
  publicUrl: string;
  /** The provider; an MCP server stands beside it. */
  provider: Diary;
  /** Access tokens it exchanged for others, on behalf of their person. */
  exchanged: readonly Exchanged[];
  house: RunningHouse;
  /** Another instance over the same data. */
  another(): Promise<RunningHouse>;
  /** A browser of nobody yet. */
  seat(): OpenIdSeat;
}

/** One browser. `cookie` is what the platform gave it. */
export interface OpenIdSeat {
  readonly visitor: PageVisitor;
  cookie: string;
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Presses the button, up to where the provider sends the browser back to. */
  away(personId: string, answer?: "allow" | "deny"): Promise<Visited>;
  /** Opens the address of the platform. Where it leads is the `location` of the answer. */
  back(url: URL): Promise<Answer>;
  /** All of it. */
  signIn(personId: string): Promise<Answer>;
}

const CLIENT = {
  client_id: "patchbay",
  client_secret: "a secret that only these two know",
  token_endpoint_auth_method: "client_secret_basic" as const,
};
export const CLIENT_SECRET = CLIENT.client_secret;

/** Where people find the house; named before it has a port, because the provider has to know it. */
const PUBLIC_URL = "http://patchbay.example";

export interface OpenIdWorldOptions extends StartHouseOptions {
  servers?: (provider: Diary) => object;
}

export async function openIdWorld(env: Record<string, string> = {}, options: OpenIdWorldOptions = {}): Promise<OpenIdWorld> {
  const { servers, publicUrl = PUBLIC_URL, ...rest } = options;
  const { provider, exchanged } = await openIdProvider(publicUrl, env.OPENID_CALLBACK_URL);
  const openid = {
    OPENID_ISSUER: provider.origin,
    OPENID_CLIENT_ID: CLIENT.client_id,
    OPENID_CLIENT_SECRET: CLIENT.client_secret,
  };
  const all = { ...rest, publicUrl, env: { ...openid, ...env } };
  const start = (more: StartHouseOptions) => kept(startHouse(servers?.(provider) ?? {}, { ...all, ...more }));
  const house = await start({});
  await house.admin();
  const another = () => start({ dataFolder: house.dataFolder, port: 0 });
  return { publicUrl, provider, exchanged, house, another, seat: () => seatAt(house, new URL(publicUrl).origin) };
}

/** A provider that knows a platform at this address by a secret. */
export async function openIdProvider(publicUrl: string, callback = "/oauth/openid/callback") {
  const client = {
    ...CLIENT,
    redirect_uris: [`${publicUrl}${callback}`],
    post_logout_redirect_uris: [`${publicUrl}/sign-in`],
    grant_types: ["authorization_code", "refresh_token", ON_BEHALF],
  };
  const provider = await kept(startDiary({ people: PEOPLE, clients: [client] }));
  return { provider, exchanged: exchangesOf(provider) };
}

/** The same for browsers: with its page, and on another site than the provider, as in life. */
export async function openIdSite(env: Record<string, string> = {}, options: OpenIdWorldOptions = {}): Promise<OpenIdWorld> {
  const port = await freePort();
  return openIdWorld(env, { ...options, port, publicUrl: `http://localhost:${port}`, clientDir: "client/dist" });
}

/** The provider has to know the address before anybody listens there. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A browser at this platform, which people know by the address `home`. */
export function seatAt({ url }: { url: string }, home: string): OpenIdSeat {
  const jar = new Map<string, string>();
  const visitor = pageVisitor({ stopAt: (at) => at.origin === home });
  const seat: OpenIdSeat = {
    visitor,
    cookie: "",
    async ask(method, path, body) {
      const answer = await askOver(url, { method, path, body, headers: { cookie: seat.cookie } });
      for (const line of answer.headers.getSetCookie()) {
        const [name = "", value = ""] = (line.split(";")[0] ?? "").split("=");
        if (value === "") jar.delete(name);
        else jar.set(name, value);
      }
      seat.cookie = [...jar].map((pair) => pair.join("=")).join("; ");
      return answer;
    },
    async away(personId, choice = "allow") {
      const begun = await seat.ask("GET", "/oauth/openid");
      let page = await visitor.open(begun.headers.get("location") ?? "");
      if (page.html.includes("Continue as")) page = await visitor.press(page, "person", personId);
      if (page.html.includes('value="allow"')) page = await visitor.press(page, "answer", choice);
      return page;
    },
    back: (at) => seat.ask("GET", `${at.pathname}${at.search}`),
    signIn: async (personId) => seat.back((await seat.away(personId)).url),
  };
  return seat;
}

/** Somebody who is signed in by the provider. */
export async function seated(world: OpenIdWorld, personId: string): Promise<OpenIdSeat> {
  const seat = world.seat();
  if (leadsTo(await seat.signIn(personId)) !== "/") throw new Error(`${personId} is not signed in`);
  return seat;
}

/** Where an answer sends the browser, from the root of the site. */
export function leadsTo({ headers, status, body }: Answer): string {
  const location = headers.get("location");
  if (location === null) throw new Error(`no redirect: ${status} ${JSON.stringify(body)}`);
  const url = new URL(location);
  return `${url.pathname}${url.search}`;
}
