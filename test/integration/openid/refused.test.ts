import type { IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { leadsTo, type OpenIdSeat, openIdWorld } from "../../support/openid-world.ts";

const NEW_PEOPLE = { ALLOW_SOCIAL_REGISTRATION: "true" };
const REFUSED = "/sign-in?problem=OPENID_REFUSED";

/** The provider is asked for something else than the platform asked for. */
const changed = (parameter: string, value: string) => (request: IncomingMessage) => {
  const url = new URL(request.url ?? "", "http://provider");
  url.searchParams.set(parameter, value);
  request.url = `${url.pathname}${url.search}`;
  return false;
};

const isOut = async (at: OpenIdSeat) => (await at.ask("GET", "/api/auth/me")).status === 401;

describe("a sign-in by OpenID is refused", () => {
  it.each([
    ["of another state", (url: URL) => url.searchParams.set("state", "another")],
    ["without a state", (url: URL) => url.searchParams.delete("state")],
    ["with two states", (url: URL) => url.searchParams.append("state", "another")],
    ["of another issuer", (url: URL) => url.searchParams.set("iss", "https://other.example")],
    ["without the issuer that was promised", (url: URL) => url.searchParams.delete("iss")],
  ])("when the browser comes back with an answer %s, before anything is exchanged", async (_what, change) => {
    const { provider, seat } = await openIdWorld(NEW_PEOPLE);
    const ann = seat();
    const { url } = await ann.away("ann");
    change(url);
    expect(leadsTo(await ann.back(url))).toBe(REFUSED);
    expect(provider.count("POST", "/token")).toBe(0);
    expect(await isOut(ann)).toBe(true);
  });

  it("when another browser comes back with it", async () => {
    const { provider, seat } = await openIdWorld(NEW_PEOPLE);
    const [ann, ben] = [seat(), seat()];
    const { url } = await ann.away("ann");
    expect(leadsTo(await ben.back(url))).toBe(REFUSED);
    await ben.ask("GET", "/oauth/openid");
    expect(leadsTo(await ben.back(url))).toBe(REFUSED);
    expect(provider.count("POST", "/token")).toBe(0);
    expect(await isOut(ben)).toBe(true);
  });

  it("when it comes back a second time", async () => {
    const { seat } = await openIdWorld(NEW_PEOPLE);
    const ann = seat();
    const { url } = await ann.away("ann");
    const ticket = ann.cookie;
    expect(leadsTo(await ann.back(url))).toBe("/");
    expect(leadsTo(await ann.back(url))).toBe(REFUSED);
    const copy = seat();
    copy.cookie = ticket;
    expect(leadsTo(await copy.back(url))).toBe(REFUSED);
  });

  it("when its proof is for another nonce", async () => {
    const { provider, seat } = await openIdWorld(NEW_PEOPLE);
    provider.instead.set("/auth", changed("nonce", "another"));
    const ann = seat();
    expect(leadsTo(await ann.signIn("ann"))).toBe(REFUSED);
    expect(await isOut(ann)).toBe(true);
  });

  it("when its proof is for another challenge", async () => {
    const { provider, seat } = await openIdWorld(NEW_PEOPLE);
    provider.instead.set("/auth", changed("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
    expect(leadsTo(await seat().signIn("ann"))).toBe(REFUSED);
  });

  it("when the signature is of no key of the provider", async () => {
    const { provider, seat } = await openIdWorld(NEW_PEOPLE);
    const other = await openIdWorld();
    const keys = await (await fetch(`${other.provider.origin}/jwks`)).text();
    provider.instead.set("/jwks", (_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(keys);
      return true;
    });
    const ann = seat();
    expect(leadsTo(await ann.signIn("ann"))).toBe(REFUSED);
    expect(await isOut(ann)).toBe(true);
  });

  it("when the person says no there", async () => {
    const { seat } = await openIdWorld(NEW_PEOPLE);
    const ann = seat();
    const { url } = await ann.away("ann", "deny");
    expect(leadsTo(await ann.back(url))).toBe("/sign-in?problem=OPENID_DENIED");
  });

  it("when the provider describes somebody else", async () => {
    const { provider, seat } = await openIdWorld(NEW_PEOPLE);
    provider.instead.set("/.well-known/openid-configuration", (_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ issuer: "https://other.example", authorization_endpoint: "https://other.example/auth" }));
      return true;
    });
    expect(leadsTo(await seat().ask("GET", "/oauth/openid"))).toBe(REFUSED);
  });
});

describe("a provider that is down", () => {
  it("is told on the sign-in page, passwords work, and it is asked again as soon as somebody tries", async () => {
    const { provider, house, seat } = await openIdWorld(NEW_PEOPLE);
    provider.instead.set("/.well-known/openid-configuration", (_, response) => {
      response.writeHead(503).end();
      return true;
    });
    expect(leadsTo(await seat().ask("GET", "/oauth/openid"))).toBe("/sign-in?problem=OPENID_UNAVAILABLE");
    expect((await (await house.user("ben")).ask("GET", "/api/auth/me")).status).toBe(200);
    provider.instead.clear();
    expect(leadsTo(await seat().signIn("ann"))).toBe("/");
  });

  it.each(["/token", "/me", "/jwks"])("in the middle of it (%s) lets nobody in", async (path) => {
    const { provider, seat } = await openIdWorld(NEW_PEOPLE);
    const ann = seat();
    const { url } = await ann.away("ann");
    provider.instead.set(path, (_, response) => {
      response.writeHead(500).end();
      return true;
    });
    expect(leadsTo(await ann.back(url))).toBe("/sign-in?problem=OPENID_UNAVAILABLE");
    expect(await isOut(ann)).toBe(true);
  });

  it("is nothing to go to where its address cannot be used", async () => {
    const { house, seat } = await openIdWorld({ OPENID_ISSUER: "http://login.example" });
    expect((await seat().ask("GET", "/api/setup")).body.openid).toBeUndefined();
    expect((await seat().ask("GET", "/oauth/openid")).body.code).toBe("ROUTE_UNKNOWN");
    expect(house.log.join()).toContain("OPENID_ISSUER must be an https URL");
  });
});
