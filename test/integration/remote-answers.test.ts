import { describe, expect, it } from "vitest";
import { BAD_ANSWERS } from "../servers/bad-answers.ts";
import { startHandmadeServer } from "../servers/handmade-server.ts";
import { kept } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

type Name = keyof typeof BAD_ANSWERS;
type Told = Record<Name, [code: string, words: RegExp]>;

const NAMES = Object.keys(BAD_ANSWERS) as Name[];

/** One server for each bad answer, which it gives to this method; and somebody who may connect to all of them. */
async function badServers(method: string) {
  const servers = new Map(
    await Promise.all(
      NAMES.map(async (name) => {
        const server = await kept(startHandmadeServer({ withSessions: true, instead: { [method]: BAD_ANSWERS[name] } }));
        return [name, server] as const;
      }),
    ),
  );
  const entries = NAMES.map((name, nth) => [`s${nth}`, { type: "streamable-http", url: servers.get(name)?.url }]);
  const house = await kept(startHouse(Object.fromEntries(entries), { hosted: true, limits: { connectionsPerUser: 100 } }));
  const ann = await house.user("ann");
  const post = (name: Name, path: string) => ann.ask("POST", `/api/mcp/s${NAMES.indexOf(name)}/${path}`, { arguments: {} });
  const askedOf = (name: Name) => servers.get(name)?.asked.filter((each) => each === method).length;
  const status = async (name: Name) => (await ann.ask("GET", `/api/mcp/connection/status/s${NAMES.indexOf(name)}`)).body.status;
  return { post, askedOf, status };
}

const mismatches = (told: Partial<Record<Name, string>>, expected: Told) =>
  NAMES.filter((name) => {
    const [code, words] = expected[name];
    return !told[name]?.startsWith(`${code} `) || !words.test(told[name] ?? "");
  }).map((name) => `${name}: ${told[name]}`);

const broke = /it broke the connection/;
const redirected = /sends requests elsewhere \(HTTP \d+, to https?:\/\/[a-z.]+\); redirects are not followed/;
const unpacked = /its answer cannot be unpacked/;
const notHttp = /its answer is not proper HTTP/;

describe("what a server says instead of an answer", () => {
  it("to initialize is told with what to do, and tried again unless that is pointless", async () => {
    const { post, status } = await badServers("initialize");
    const told: Partial<Record<Name, string>> = {};
    const left: Name[] = [];
    for (const name of NAMES) {
      const startedAt = Date.now();
      const { body } = await post(name, "connect");
      told[name] = `${body.code} ${body.message}`;
      expect(Date.now() - startedAt, name).toBeLessThan(3_000);
      expect(body.next, name).not.toBe("");
      expect(body.message, name).not.toMatch(/nginx|secret/);
      const { state, retryAt } = await status(name);
      if (state !== "initializing" && state !== "error") left.push(name);
      if (state === "error" && retryAt === null) left.push(name);
    }
    const expected: Told = {
      "a page": ["NOT_AN_MCP_SERVER", /text\/html/],
      "a page with 404": ["CONNECT_FAILED", /HTTP 404/],
      "a page with 502": ["CONNECT_FAILED", /HTTP 502/],
      "nothing, 204": ["NOT_AN_MCP_SERVER", /no content type/],
      "a redirect": ["CONNECT_FAILED", redirected],
      "a redirect to http": ["CONNECT_FAILED", redirected],
      "400": ["CONNECT_FAILED", /HTTP 400/],
      "405": ["CONNECT_FAILED", /HTTP 405/],
      "410": ["CONNECT_FAILED", /HTTP 410/],
      "413": ["CONNECT_FAILED", /HTTP 413/],
      "500": ["CONNECT_FAILED", /HTTP 500/],
      "503": ["CONNECT_FAILED", /HTTP 503/],
      "504": ["CONNECT_FAILED", /HTTP 504/],
      "522": ["CONNECT_FAILED", /HTTP 522/],
      "a status that there is not": ["PROTOCOL_ERROR", /HTTP 999/],
      "gzip that is none": ["PROTOCOL_ERROR", unpacked],
      "half of a gzip": ["PROTOCOL_ERROR", /./],
      "a gzip bomb": ["RESULT_TOO_LARGE", /more than \d+ bytes/],
      "a gzip bomb as a stream": ["RESULT_TOO_LARGE", /more than \d+ bytes/],
      "a chunk cut": ["CONNECT_FAILED", broke],
      "chunks of nonsense": ["PROTOCOL_ERROR", notHttp],
      "less than announced": ["CONNECT_FAILED", broke],
      "half a head": ["CONNECT_FAILED", broke],
      "something else than HTTP": ["PROTOCOL_ERROR", notHttp],
      "the end of the connection": ["CONNECT_FAILED", broke],
      "a reset": ["CONNECT_FAILED", broke],
      "a stream without events": ["PROTOCOL_ERROR", /stream ended without the answer/],
    };
    expect(mismatches(told, expected)).toEqual([]);
    expect(left).toEqual(["a gzip bomb", "a gzip bomb as a stream"]);
  }, 60_000);

  it("to a call is told at once as what it is, runs once, and leaves the connection as it should be", async () => {
    const { post, askedOf, status } = await badServers("tools/call");
    const told: Partial<Record<Name, string>> = {};
    const asked: Partial<Record<Name, number>> = {};
    for (const name of NAMES) {
      expect((await post(name, "connect")).body, name).toMatchObject({ status: { state: "connected" } });
      const startedAt = Date.now();
      const { body } = await post(name, "tools/go/call");
      expect(Date.now() - startedAt, name).toBeLessThan(3_000);
      told[name] = `${body.code} ${body.message}`;
      asked[name] = askedOf(name) ?? 0;
      if (body.code === "OUTCOME_UNKNOWN") expect(body.retryable, name).toBe(false);
      expect((await status(name)).state, name).toBe("connected");
    }
    const unknown = (words: RegExp): [string, RegExp] => ["OUTCOME_UNKNOWN", words];
    const expected: Told = {
      "a page": unknown(/text\/html.*; the call may have run/),
      "a page with 404": ["SERVER_ERROR", /in a new session as well/],
      "a page with 502": unknown(/HTTP 502; the call may have run/),
      "nothing, 204": unknown(/no content type.*; the call may have run/),
      "a redirect": ["SERVER_ERROR", redirected],
      "a redirect to http": ["SERVER_ERROR", redirected],
      "400": ["SERVER_ERROR", /in a new session as well/],
      "405": ["SERVER_ERROR", /HTTP 405/],
      "410": ["SERVER_ERROR", /HTTP 410/],
      "413": ["SERVER_ERROR", /HTTP 413/],
      "500": unknown(/HTTP 500; the call may have run/),
      "503": unknown(/HTTP 503; the call may have run/),
      "504": unknown(/HTTP 504; the call may have run/),
      "522": unknown(/HTTP 522; the call may have run/),
      "a status that there is not": unknown(/HTTP 999; the call may have run/),
      "gzip that is none": unknown(unpacked),
      "half of a gzip": unknown(unpacked),
      "a gzip bomb": ["RESULT_TOO_LARGE", /more than \d+ bytes/],
      "a gzip bomb as a stream": ["RESULT_TOO_LARGE", /more than \d+ bytes/],
      "a chunk cut": unknown(broke),
      "chunks of nonsense": unknown(notHttp),
      "less than announced": unknown(broke),
      "half a head": unknown(broke),
      "something else than HTTP": unknown(notHttp),
      "the end of the connection": unknown(broke),
      "a reset": unknown(broke),
      "a stream without events": unknown(/stream ended without the answer/),
    };
    expect(mismatches(told, expected)).toEqual([]);
    const repeated = NAMES.filter((name) => asked[name] !== 1);
    expect(repeated).toEqual(["400", "a page with 404"]);
  }, 60_000);
});
