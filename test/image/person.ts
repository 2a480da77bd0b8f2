import assert from "node:assert/strict";

/** Somebody at the running image, over nothing but HTTP. */
export interface Visitor {
  get(path: string): Promise<Response>;
  post(path: string, body: object): Promise<Response>;
}

const ADA = { email: "ada@example.org", password: "correct horse battery staple" };

/** Makes the first account with the setup link's token; signs in to it when there is none. */
export async function enter(url: string, token: string | undefined): Promise<Visitor> {
  const send = (path: string, body: object, cookie = "") =>
    fetch(url + path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", cookie },
      signal: AbortSignal.timeout(60_000),
    });
  const entered = await (token === undefined
    ? send("/api/auth/sign-in", ADA)
    : send("/api/setup", { ...ADA, name: "Ada", token }));
  assert.equal(entered.ok, true, `signing in answered ${entered.status}`);
  const cookie = entered.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  return {
    get: (path) => fetch(url + path, { headers: { cookie } }),
    post: (path, body) => send(path, body, cookie),
  };
}

/** The page is there with its script, and a program of the example does its work. */
export async function tryExample({ get, post }: Visitor): Promise<void> {
  const html = await (await get("/")).text();
  const script = /src="\.?(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
  assert(script !== undefined, `the page has no script: ${html.slice(0, 200)}`);
  assert.equal((await get(script)).status, 200);
  const connected = await post("/api/mcp/everything/connect", {});
  assert.equal(connected.ok, true, `connecting a program answered ${connected.status}: ${await connected.clone().text()}`);
  const said = await post("/api/mcp/everything/tools/echo/call", { arguments: { message: "from the image" } });
  assert.match(await said.text(), /from the image/);
}

/** A package that the image does not hold is fetched, and runs from below the data folder. */
export async function tryUnbundled({ post }: Visitor, data: string): Promise<void> {
  const said = await post("/api/mcp/unbundled/tools/where/call", { arguments: {} });
  const answer = await said.text();
  assert.equal(said.ok, true, `fetching a package answered ${said.status}: ${answer}`);
  assert(JSON.parse(answer).content[0].text.startsWith(`${data}/homes/`), answer);
}
