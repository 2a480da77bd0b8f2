import { describe, expect, it } from "vitest";
import { type Browser, browserOf } from "../support/browser-sign-in.ts";
import { PASSWORD, type RunningHouse } from "../support/house.ts";
import { movedClock } from "../support/moved-clock.ts";
import { echo, oauthWorld, signedIn, stateOf } from "../support/oauth-world.ts";

const started = async (browser: Browser) => (await browser.start("notes")).body;
const grantsOf = async (house: RunningHouse, name: string) =>
  (await (await house.user(name)).ask("GET", "/api/mcp/grants")).body.grants;
const page = (answer: { body: unknown }) => String(answer.body).replace(/<[^>]*>/g, " ");
const signedInAs = (name: string) => `Signed in to ${name}`;

const BOTH = "both";

describe("a sign-in", () => {
  it("turns the light green, and a call that met it before can be repeated", async () => {
    const { server, house } = await oauthWorld();
    const ann = await house.user("ann");
    const refused = await echo(ann);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: "OAUTH_REQUIRED", signInUrl: `${house.url}/?sign-in=notes` });
    expect(await stateOf(ann)).toMatchObject({ state: "oauth_required" });
    const browser = browserOf(ann);
    const begun = await started(browser);
    expect(await stateOf(ann)).toMatchObject({ state: "initializing", reason: { code: "SIGNING_IN" } });
    const end = await browser.back(await browser.consent(begun.authorizationUrl));
    expect(page(end)).toContain(signedInAs("Notes"));
    await expect.poll(async () => (await stateOf(ann)).state).toBe("connected");
    expect((await echo(ann)).body.content[0].text).toBe("Echo: hello");
    expect(server.ledger.callsOf("echo").length).toBe(1);
    expect((await ann.ask("GET", `/api/mcp/oauth/status/${begun.flowId}`)).body).toMatchObject({
      state: "done",
      completed: true,
    });
  });

  it("[OAUTH-01] of an attacker is not finished by a victim's browser", async () => {
    const { idp, house } = await oauthWorld();
    const [attacker, victim] = [browserOf(await house.user("mallory")), browserOf(await house.user("bob"))];
    const { authorizationUrl } = await started(attacker);
    await started(victim);
    const back = await victim.consent(authorizationUrl);
    const answer = await victim.back(back);
    expect(answer.status).toBe(400);
    expect(page(answer)).toContain("cannot be finished here");
    expect(idp.tokenPosts()).toEqual([]);
    expect(await grantsOf(house, "mallory")).toEqual([]);
    expect(await grantsOf(house, "bob")).toEqual([]);
    const told = house.log.map((line) => JSON.parse(line)).filter(({ msg }) => /came back to another/.test(msg));
    expect(told).toEqual([expect.objectContaining({ userId: "host-mallory", by: "host-bob", server: "notes" })]);
  });

  it("[OAUTH-02] is not finished without cookies, not even at once", async () => {
    const { idp, house } = await oauthWorld();
    const attacker = browserOf(await house.user("mallory"));
    const back = await attacker.consent((await started(attacker)).authorizationUrl);
    expect((await house.anonymous.ask("GET", back.pathname + back.search)).status).toBe(400);
    // Signed in to the platform, but in a browser that began nothing.
    expect((await (await house.user("mallory")).ask("GET", back.pathname + back.search)).status).toBe(400);
    expect(idp.tokenPosts()).toEqual([]);
    expect(page(await attacker.back(back))).toContain(signedInAs("Notes"));
  });

  it("[OAUTH-03] does not put an attacker's code into a victim's account", async () => {
    const { idp, house } = await oauthWorld();
    const [attacker, victim] = [browserOf(await house.user("mallory")), browserOf(await house.user("bob"))];
    const back = await attacker.consent((await started(attacker)).authorizationUrl);
    const own = new URL((await started(victim)).authorizationUrl).searchParams.get("state") ?? "";
    const random = new URL(back);
    random.searchParams.set("state", "x".repeat(43));
    for (const url of [back, random]) expect((await victim.back(url)).status).toBe(400);
    expect(idp.tokenPosts()).toEqual([]);
    // With the victim's own state the code meets the victim's verifier, which is not the one it was given for.
    const swapped = new URL(back);
    swapped.searchParams.set("state", own);
    expect(page(await victim.back(swapped))).toContain("Not signed in");
    expect(await grantsOf(house, "bob")).toEqual([]);
  });

  it.each(["", "?state=", "?state=x", "?state[]=a&state[]=b", "?state=a&state=b", "?code=c"])(
    "[OAUTH-04] with %j instead of its state gets a page of fixed words, and nothing is exchanged",
    async (query) => {
      const { idp, house } = await oauthWorld();
      const browser = browserOf(await house.user("ann"));
      const { authorizationUrl } = await started(browser);
      const state = new URL(authorizationUrl).searchParams.get("state") ?? "";
      for (const each of [query, `${query === "" ? "?" : `${query}&`}state=${state.slice(0, -1)}`]) {
        const answer = await browser.ask("GET", `/api/mcp/notes/oauth/callback${each}`);
        expect(answer.status).toBe(400);
        expect(answer.headers.get("content-type")).toContain("text/html");
        expect(page(answer)).toContain("It was begun in another browser or by somebody else, or it is over.");
      }
      expect(idp.tokenPosts()).toEqual([]);
    },
  );

  it("[OAUTH-05] is finished once, however often its address is opened", async () => {
    const { idp, house } = await oauthWorld();
    const browser = browserOf(await house.user("ann"));
    const back = await browser.consent((await started(browser)).authorizationUrl);
    const answers = await Promise.all(Array.from({ length: 20 }, () => browser.back(back)));
    answers.push(await browser.back(back));
    expect(answers.filter((answer) => page(answer).includes(signedInAs("Notes"))).length).toBe(1);
    expect(answers.filter(({ status }) => status === 400).length).toBe(20);
    expect(idp.tokenPosts().length).toBe(1);
  });

  it("[OAUTH-06] is over after ten minutes", async () => {
    const clock = movedClock(Date.now());
    const { idp, house } = await oauthWorld({ clock });
    const ann = await house.user("ann");
    const browser = browserOf(ann);
    const begun = await started(browser);
    expect(begun.expiresAt - begun.createdAt).toBe(600_000);
    const back = await browser.consent(begun.authorizationUrl);
    await clock.advance(599_000);
    expect((await stateOf(ann)).reason?.code).toBe("SIGNING_IN");
    await clock.advance(1_000);
    await expect.poll(async () => (await stateOf(ann)).reason?.code).toBe("OAUTH_EXPIRED");
    expect((await browser.back(back)).status).toBe(400);
    expect(idp.tokenPosts()).toEqual([]);
    expect((await ann.ask("GET", `/api/mcp/oauth/status/${begun.flowId}`)).body.state).toBe("expired");
  });

  it("[OAUTH-07] is good for the server it was begun for", async () => {
    const { idp, house } = await oauthWorld({
      servers: ({ server }) => ({ other: { type: "streamable-http", url: server.url } }),
    });
    const browser = browserOf(await house.user("ann"));
    const back = await browser.consent((await started(browser)).authorizationUrl);
    back.pathname = "/api/mcp/other/oauth/callback";
    expect((await browser.back(back)).status).toBe(400);
    expect(idp.tokenPosts()).toEqual([]);
  });

  it.each([
    ["another issuer", { iss: "https://evil.example" }],
    ["no issuer although it says that it names one", { iss: null }],
    ["an issuer that differs by a slash", { iss: "/" }],
    ["two issuers, the first of them right", { iss: BOTH }],
    ["an error from another issuer", { iss: "https://evil.example", error: "access_denied" }],
  ])(
    "[OAUTH-09] is refused with %s, before any token is asked for",
    async (_, { iss, error }: { iss: string | null; error?: string }) => {
      const { idp, house } = await oauthWorld();
      idp.describe = (metadata) => ({ ...metadata, authorization_response_iss_parameter_supported: true });
      idp.sendBack = (url) => {
        if (iss !== null) url.searchParams.set("iss", iss === "/" ? `${idp.origin}/` : iss);
        if (iss === BOTH) for (const each of [idp.origin, "https://evil.example"]) url.searchParams.append("iss", each);
        if (iss === BOTH) url.searchParams.delete("iss", BOTH);
        if (error === undefined) return;
        url.searchParams.delete("code");
        url.searchParams.set("error", error);
        url.searchParams.set("error_description", "words of an attacker");
      };
      const browser = browserOf(await house.user("ann"));
      const answer = await browser.signIn("notes");
      expect(page(answer)).toContain("The answer did not come from");
      expect(page(answer)).not.toContain("words of an attacker");
      expect(idp.tokenPosts()).toEqual([]);
      idp.sendBack = (url) => url.searchParams.set("iss", idp.origin);
      expect(page(await browser.signIn("notes"))).toContain(signedInAs("Notes"));
    },
  );

  it("[OAUTH-13] is one for five tabs, and another browser has its own", async () => {
    const { idp, house } = await oauthWorld();
    const ann = await house.user("ann");
    const [tabs, elsewhere] = [browserOf(ann), browserOf(ann)];
    await started(tabs);
    const five = await Promise.all(Array.from({ length: 5 }, () => started(tabs)));
    expect(new Set(five.map(({ flowId }) => flowId)).size).toBe(1);
    const other = await started(elsewhere);
    expect(other.flowId).not.toBe(five[0].flowId);
    expect(page(await tabs.back(await tabs.consent(five[1].authorizationUrl)))).toContain(signedInAs("Notes"));
    expect(page(await elsewhere.back(await elsewhere.consent(other.authorizationUrl)))).toContain(signedInAs("Notes"));
    expect(idp.tokenPosts().length).toBe(2);
    expect((await echo(ann)).status).toBe(200);
  });

  it("[OAUTH-13] that five tabs begin at the same moment asks the authorization server once", async () => {
    const { idp, house } = await oauthWorld();
    const { who, browser } = await signedIn(house, "ann");
    const before = idp.requests.length;
    const five = await Promise.all(Array.from({ length: 5 }, () => started(browser)));
    expect(new Set(five.map(({ authorizationUrl }) => authorizationUrl)).size).toBe(1);
    expect(idp.requests.slice(before).map(({ path }) => path)).toEqual(["/.well-known/oauth-authorization-server"]);
    expect((await echo(who)).status).toBe(200);
  });

  it("[OAUTH-14] comes back to this platform, whatever `redirect_uri` says", async () => {
    const evil = { oauth: { redirect_uri: "https://attacker.example/steal" } };
    const { idp, house } = await oauthWorld({ entry: evil });
    const ann = await house.user("ann");
    const { authorizationUrl } = await started(browserOf(ann));
    const wanted = `${house.url}/api/mcp/notes/oauth/callback`;
    expect(new URL(authorizationUrl).searchParams.get("redirect_uri")).toBe(wanted);
    const registered = idp.requests.find(({ path }) => path === "/register");
    expect(registered).toBeDefined();
    expect((await browserOf(ann).signIn("notes")).body).toContain(signedInAs("Notes"));
    expect(idp.tokenPosts()[0]?.params.get("redirect_uri")).toBe(wanted);
  });

  it.each(["//evil", "https://evil", "/\\\\evil", "/%09/evil", "javascript:alert(1)", "/a\n"])(
    "[OAUTH-16] leads nowhere else afterwards, whatever `return_to` says: %j",
    async (target) => {
      const { house } = await oauthWorld({ hosted: false, clientDir: "client" });
      const query = new URLSearchParams({ return_to: target, redirect: target, next: target });
      const browser = browserOf(await house.admin());
      const back = await browser.consent((await started(browser)).authorizationUrl);
      const answers = [
        await browser.back(new URL(`${back.pathname}${back.search}&${query}`, back)),
        await browser.ask("POST", `/api/auth/sign-in?${query}`, { email: "admin@example.org", password: PASSWORD }),
        await browser.ask("GET", `/?${query}`),
        await browser.ask("GET", `/sign-in?${query}`),
      ];
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      for (const { headers, body } of answers) {
        expect([headers.get("location"), headers.get("refresh")]).toEqual([null, null]);
        expect(JSON.stringify(body)).not.toMatch(/evil|alert/);
      }
      expect(page(answers[0] ?? { body: "" })).toContain(signedInAs("Notes"));
    },
  );

  it("[OAUTH-20] that comes back with an error says so in our words, and runs nothing of theirs", async () => {
    const { house, idp } = await oauthWorld();
    const browser = browserOf(await house.user("ann"));
    idp.sendBack = (url) => {
      url.searchParams.delete("code");
      url.searchParams.set("error", "<script>alert(1)</script>");
      url.searchParams.set("error_description", "<img src=x onerror=alert(1)>");
      url.searchParams.set("error_uri", "javascript:alert(1)");
    };
    const answer = await browser.signIn("notes");
    expect(answer.status).toBe(200);
    expect(page(answer)).toContain("The authorization server refused the sign-in.");
    for (const theirs of ["alert", "onerror", "javascript:", "<img"]) expect(answer.body).not.toContain(theirs);
    expect(answer.body).not.toMatch(/<a\b/);
    expect(answer.headers.get("content-security-policy")).toContain("script-src 'self'");
  });

  it("that a person denies, or gives up, leaves the amber key and says why", async () => {
    const { house, idp } = await oauthWorld();
    const ann = await house.user("ann");
    const browser = browserOf(ann);
    idp.sendBack = (url) => {
      url.searchParams.delete("code");
      url.searchParams.set("error", "access_denied");
    };
    expect(page(await browser.signIn("notes"))).toContain("You did not allow it");
    expect(await stateOf(ann)).toMatchObject({ state: "oauth_required", reason: { code: "OAUTH_DENIED" } });
    idp.sendBack = () => {};
    const begun = await started(browser);
    const socket = ann.socket({ "x-host-user": "ann" });
    const heard: string[] = [];
    await new Promise((resolve) => socket.on("mcp:snapshot", resolve));
    socket.on("mcp:status", ({ status }) => heard.push(status.state));
    await ann.ask("POST", "/api/mcp/oauth/cancel/notes");
    await expect.poll(() => heard).toEqual(["cancelling", "oauth_required"]);
    expect((await browser.back(await browser.consent(begun.authorizationUrl))).status).toBe(400);
    expect((await ann.ask("GET", `/api/mcp/oauth/status/${begun.flowId}`)).body).toMatchObject({
      state: "cancelled",
      failed: true,
    });
  });

  it("[OAUTH-30] cannot be framed, and begins with a request of our own page only", async () => {
    const { house } = await oauthWorld();
    const ann = await house.user("ann");
    const framed = await ann.ask("GET", "/api/mcp/notes/oauth/callback?state=x");
    expect(framed.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    const foreign: Record<string, string>[] = [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }];
    for (const headers of foreign) {
      const answer = await ann.ask("POST", "/api/mcp/notes/oauth/start", undefined, headers);
      expect(answer.body.code).toBe("ORIGIN_REFUSED");
    }
    expect((await ann.ask("GET", "/api/mcp/notes/oauth/start")).status).toBe(404);
    expect((await house.anonymous.ask("POST", "/api/mcp/notes/oauth/start")).body.code).toBe("SIGN_IN_REQUIRED");
  });
});
