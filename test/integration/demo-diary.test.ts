import { describe, expect, it } from "vitest";
import { type Diary, startDiary } from "../servers/diary.ts";
import { kept } from "../support/clean-up.ts";
import { type Caller, type RunningHouse, startHouse } from "../support/house.ts";
import { type PageVisitor, pageVisitor, type Visited } from "../support/page-visitor.ts";

interface World {
  diary: Diary;
  house: RunningHouse;
}

async function world(): Promise<World> {
  const diary = await kept(startDiary());
  const entry = { title: "Diary", type: "streamable-http", url: diary.url, requiresOAuth: true };
  const house = await kept(startHouse({ diary: entry }, { hosted: true }));
  return { diary, house };
}

/** Somebody at a browser of their own: the platform's cookie and the authorization server's. */
interface Seat {
  who: Caller;
  visitor: PageVisitor;
  /** Begins a sign-in and shows the first page of the authorization server. */
  begin(): Promise<Visited>;
  /** Opens the address that the browser was sent back to. */
  back(page: Visited): Promise<string>;
  call(tool: string, args?: object): ReturnType<Caller["ask"]>;
}

async function seat(house: RunningHouse, name: string): Promise<Seat> {
  const who = await house.user(name);
  const visitor = pageVisitor({ stopAt: ({ pathname }) => pathname.endsWith("/oauth/callback") });
  let cookie = "";
  return {
    who,
    visitor,
    async begin() {
      const started = await who.ask("POST", "/api/mcp/diary/oauth/start", undefined, { cookie });
      if (started.status !== 200)
        throw new Error(JSON.stringify([started.body, house.log.filter((line) => line.includes("err")).slice(-3)]));
      cookie = started.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
      return visitor.open(started.body.authorizationUrl);
    },
    async back({ url }) {
      const answer = await who.ask("GET", `${url.pathname}${url.search}`, undefined, { cookie });
      return String(answer.body);
    },
    call: (tool, args = {}) => who.ask("POST", `/api/mcp/diary/tools/${tool}/call`, { arguments: args }),
  };
}

async function signIn(at: Seat, person: string): Promise<string> {
  const consent = await at.visitor.press(await at.begin(), "person", person);
  return at.back(await at.visitor.press(consent, "answer", "allow"));
}

describe("the demo behind a sign-in", () => {
  it("lets somebody in who chose who they are and allowed it, and knows them", async () => {
    const { diary, house } = await world();
    const ann = await seat(house, "ann");
    const people = await ann.begin();
    expect(people.html).toContain("Continue as Ann");
    const consent = await ann.visitor.press(people, "person", "ann");
    expect(consent.html).toContain("Allow Patchbay?");
    expect(consent.html).toContain("read your diary");
    expect(consent.html).not.toContain("write in your diary");
    expect(await ann.back(await ann.visitor.press(consent, "answer", "allow"))).toContain("Signed in to Diary");
    expect((await ann.call("whoami")).body.structuredContent).toEqual({ name: "Ann", email: "ann@example.org" });
    const asked = diary.seen.find(({ path }) => path === "/auth")?.query;
    expect(asked?.get("code_challenge_method")).toBe("S256");
    expect(asked?.get("resource")).toBe(diary.url);
    expect(diary.count("POST", "/reg")).toBe(1);
  });

  it("says that it was denied, and lets nobody in", async () => {
    const { house } = await world();
    const ann = await seat(house, "ann");
    const consent = await ann.visitor.press(await ann.begin(), "person", "ann");
    const denied = await ann.visitor.press(consent, "answer", "deny");
    expect(denied.url.searchParams.get("error")).toBe("access_denied");
    expect(await ann.back(denied)).toContain("You did not allow it");
    expect((await ann.call("whoami")).body.code).toBe("OAUTH_DENIED");
  });

  it("asks for more when it is needed, shows only what is new, and gives it to those who may", async () => {
    const { house } = await world();
    const ann = await seat(house, "ann");
    await signIn(ann, "ann");
    const refused = await ann.call("write_entry", { text: "sun" });
    expect(refused.body.code).toBe("OAUTH_SCOPE_REQUIRED");
    const consent = await ann.begin();
    expect(consent.html).toContain("write in your diary");
    expect(consent.html).not.toContain("read your diary");
    await ann.back(await ann.visitor.press(consent, "answer", "allow"));
    expect((await ann.call("write_entry", { text: "sun" })).body.content[0].text).toBe("It is written.");
    expect((await ann.call("read_diary")).body.content[0].text).toContain("sun");
  });

  it("two people at one server have what each may", async () => {
    const { house } = await world();
    const [ann, ben] = [await seat(house, "ann"), await seat(house, "ben")];
    for (const [at, person] of [
      [ann, "ann"],
      [ben, "ben"],
    ] as const) {
      await signIn(at, person);
      await at.call("write_entry", { text: person });
      const consent = await at.begin();
      await at.back(await at.visitor.press(consent, "answer", "allow"));
      if (person === "ben") expect(consent.html).toContain("not yours to give");
    }
    expect((await ann.call("write_entry", { text: "mine" })).status).toBe(200);
    expect((await ben.call("write_entry", { text: "mine" })).body.code).toMatch(/OAUTH_SCOPE_REQUIRED|CREDENTIALS_REFUSED/);
    expect((await ben.call("read_diary")).body.content[0].text).toBe("Nothing is written yet.");
    const grants = await (await house.admin()).ask("GET", "/api/grants");
    const scopes = Object.fromEntries(
      grants.body.grants.map((each: { userId: string; scopes: string[] }) => [each.userId, each.scopes]),
    );
    expect(scopes["host-ann"]).toContain("diary:write");
    expect(scopes["host-ben"]).not.toContain("diary:write");
  });

  it("renews what has expired without asking anybody", async () => {
    const { diary, house } = await world();
    const ann = await seat(house, "ann");
    diary.tokenSeconds = 1;
    await signIn(ann, "ann");
    await expect
      .poll(async () => diary.count("POST", "/token") > 1 || (await ann.call("whoami")).status, { timeout: 5_000 })
      .toBe(true);
    const pages = diary.count("GET", "/auth");
    expect((await ann.call("whoami")).status).toBe(200);
    expect(diary.count("GET", "/auth")).toBe(pages);
  });

  it("gives nothing more for what was revoked", async () => {
    const { diary, house } = await world();
    const ann = await seat(house, "ann");
    await signIn(ann, "ann");
    await ann.who.ask("DELETE", "/api/mcp/grants/diary");
    expect((await ann.call("whoami")).body.code).toBe("OAUTH_REQUIRED");
    const consent = await ann.begin();
    expect(consent.html).toContain("I am not Ann");
    expect(await ann.back(await ann.visitor.press(consent, "answer", "allow"))).toContain("Signed in to Diary");
    expect((await ann.call("whoami")).status).toBe(200);
    expect(diary.count("POST", "/token/revocation")).toBeGreaterThan(0);
  });
});
