import type { Answer, Caller } from "./house.ts";

/** One browser of one person, with a cookie jar of its own. */
export interface Browser {
  /** What this platform gave it; empty before the first sign-in was begun. */
  cookie: string;
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  start(server: string): Promise<Answer>;
  /** Follows the authorization server's redirect up to the address it sends the browser back to. */
  consent(authorizationUrl: string): Promise<URL>;
  /** Opens the address it was sent back to. */
  back(url: URL): Promise<Answer>;
  /** All of it. The answer is the page at the end. */
  signIn(server: string): Promise<Answer>;
}

export function browserOf(caller: Caller): Browser {
  const browser: Browser = {
    cookie: "",
    async ask(method, path, body) {
      const cookies = [caller.cookie, browser.cookie].filter((each) => each !== "").join("; ");
      const answer = await caller.ask(method, path, body, cookies === "" ? {} : { cookie: cookies });
      const given = answer.headers.getSetCookie().find((each) => each.includes("patchbay_browser="));
      if (given !== undefined) browser.cookie = given.split(";")[0] ?? "";
      return answer;
    },
    start: (server) => browser.ask("POST", `/api/mcp/${server}/oauth/start`),
    async consent(authorizationUrl) {
      const answer = await fetch(authorizationUrl, { redirect: "manual" });
      return new URL(answer.headers.get("location") ?? "about:blank");
    },
    back: (url) => browser.ask("GET", `${url.pathname}${url.search}`),
    async signIn(server) {
      const started = await browser.start(server);
      if (started.status !== 200) return started;
      return browser.back(await browser.consent(started.body.authorizationUrl));
    },
  };
  return browser;
}
