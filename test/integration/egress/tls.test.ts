import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { authority } from "../../servers/authority.ts";
import { certificate, type TestCertificate } from "../../servers/certificate.ts";
import { startHandmadeServer } from "../../servers/handmade-server.ts";
import { startTunnelProxy } from "../../servers/tunnel-proxy.ts";
import { cleanups, kept } from "../../support/clean-up.ts";
import { askOver, cookieOf, PASSWORD, startHouse } from "../../support/house.ts";
import { type Program, place } from "../../support/process.ts";

const HOST = "127.0.0.1";

async function secureServer(tls: TestCertificate) {
  const server = await kept(startHandmadeServer({ tls }));
  server.onSocket = (socket) => void socket.on("error", () => {});
  return server;
}

/** One of each kind that proves nothing, and one that is in order. */
async function servers() {
  const trusted = await authority("Ours");
  const stranger = await authority("A stranger");
  const made = {
    self: await secureServer(await certificate()),
    stranger: await secureServer(await stranger.sign(HOST)),
    expired: await secureServer(await trusted.sign(HOST, { daysAgo: 1 })),
    other: await secureServer(await trusted.sign("other.example")),
    good: await secureServer(await trusted.sign(HOST)),
  };
  return { trusted, made };
}

const entriesOf = (made: Record<string, { url: string }>, more: object = {}) =>
  Object.fromEntries(
    Object.entries(made).flatMap(([name, { url }]) => [
      [name, { type: "streamable-http", url, headers: { Authorization: "Bearer canary" }, startup: false, ...more }],
      [`${name}-sse`, { type: "sse", url, headers: { Authorization: "Bearer canary" }, startup: false, ...more }],
      [`${name}-ws`, { type: "websocket", url: url.replace("https", "wss"), startup: false }],
    ]),
  );

/** The first account of a program, by the link it printed. */
async function firstAdmin(program: Program) {
  const [link] = await program.said(/http:\/\/\S+\/setup#token=\S+/);
  const { origin, hash } = new URL(link);
  const body = { token: hash.replace("#token=", ""), email: "a@example.org", name: "A", password: PASSWORD };
  const headers = { cookie: cookieOf(await askOver(origin, { method: "POST", path: "/api/setup", body })) };
  return (path: string) => askOver(origin, { method: "POST", path, headers });
}

describe("a server's certificate", () => {
  it("[SSRF-23] must prove who it is: self-signed, of a stranger, expired or for another name is refused", async () => {
    const { trusted, made } = await servers();
    const home = await kept(place(entriesOf(made)));
    const ca = join(home.folder, "ca.pem");
    writeFileSync(ca, trusted.cert);
    const post = await firstAdmin(home.start({ NODE_EXTRA_CA_CERTS: ca }));
    const said = async (name: string) => {
      const { status, body } = await post(`/api/mcp/${name}/connect`);
      return [name, status === 200 ? body.status.state : body.code, body.message ?? ""];
    };
    for (const [name, why] of [
      ["self", /self-signed/],
      ["stranger", /authority|vouches/],
      ["expired", /expired/],
      ["other", /another name/],
    ] as const) {
      for (const kind of ["", "-sse", "-ws"])
        expect(await said(name + kind)).toEqual([name + kind, "CERTIFICATE_REFUSED", expect.stringMatching(why)]);
      expect([name, made[name].asked]).toEqual([name, []]);
    }
    // The operator's own authority, named to the process, is what makes one good.
    expect(await said("good")).toEqual(["good", "connected", ""]);
  }, 30_000);

  it("[SSRF-23] is not left unproven for NODE_TLS_REJECT_UNAUTHORIZED=0: the process does not start", async () => {
    const home = await kept(place({}));
    const program = home.start({ NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect((await program.ended).code).toBe(1);
    expect(program.output()).toMatch(/NODE_TLS_REJECT_UNAUTHORIZED=0 .*NODE_EXTRA_CA_CERTS/);
  });

  it("[SSRF-23] is proven inside a host that switched proof off, directly and through a proxy", async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    cleanups.push(() => {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    });
    const { made } = await servers();
    const proxy = await kept(startTunnelProxy());
    const proxied = Object.entries(entriesOf(made, { proxy: proxy.url })).map(
      ([name, entry]) => [`${name}-proxied`, entry] as const,
    );
    const house = await kept(startHouse({ ...entriesOf(made), ...Object.fromEntries(proxied) }, { hosted: true }));
    const ann = await house.user("ann");
    for (const name of Object.keys(made)) {
      for (const kind of ["", "-sse", "-ws", "-proxied"]) {
        const { body } = await ann.ask("POST", `/api/mcp/${name}${kind}/connect`);
        expect([name, kind, body.code]).toEqual([name, kind, "CERTIFICATE_REFUSED"]);
      }
      expect([name, made[name as keyof typeof made].asked]).toEqual([name, []]);
    }
    expect(proxy.asked.length).toBeGreaterThanOrEqual(5);
  }, 30_000);
});
