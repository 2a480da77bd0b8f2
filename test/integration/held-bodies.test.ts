import { request } from "node:http";
import { describe, expect, it } from "vitest";
import { kept } from "../support/clean-up.ts";
import { cookieOf, PASSWORD, type StartHouseOptions, startHouse } from "../support/house.ts";
import { movedClock } from "../support/moved-clock.ts";

interface Held {
  method?: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** A request whose head is there and looked at, and whose body is kept back but for its first bytes. */
async function held(url: string, { method = "POST", path, headers, body }: Held) {
  const own = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)), expect: "100-continue" };
  const sent = request(url + path, { method, headers: { ...own, ...headers } });
  const answer = new Promise<{ status: number; body: { code?: string } }>((resolve, reject) => {
    sent.on("error", reject);
    sent.on("response", (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
  });
  const looked = new Promise<void>((resolve) => sent.on("continue", resolve));
  sent.flushHeaders();
  await looked;
  sent.write(body.slice(0, 5));
  return { answer, release: () => void sent.end(body.slice(5)) };
}

const house = (options: StartHouseOptions = {}) => kept(startHouse({}, options));

describe("a request whose body is kept back", () => {
  it("does nothing for somebody who has signed out meanwhile", async () => {
    const { url, user, anonymous } = await house();
    const ann = await user("ann");
    const { answer, release } = await held(url, { path: "/api/keys", headers: { cookie: ann.cookie }, body: '{"name":"late"}' });
    await ann.ask("POST", "/api/auth/sign-out");
    release();
    expect(await answer).toMatchObject({ status: 401, body: { code: "SIGN_IN_REQUIRED" } });
    const again = await anonymous.ask("POST", "/api/auth/sign-in", { email: "ann@example.org", password: PASSWORD });
    const keys = await anonymous.ask("GET", "/api/keys", undefined, { cookie: cookieOf(again) });
    expect(keys.body.keys).toEqual([]);
  });

  it("does nothing for an admin who is one no more", async () => {
    const { url, user, admin } = await house();
    const [first, second, mallory] = [await admin(), await user("second"), await user("mallory")];
    const { secret } = (await second.ask("POST", "/api/keys", { name: "script" })).body;
    await first.ask("PATCH", `/api/users/${second.userId}`, { role: "ADMIN" });
    const headers = { authorization: `Bearer ${secret}` };
    const body = '{"role":"ADMIN"}';
    const { answer, release } = await held(url, { method: "PATCH", path: `/api/users/${mallory.userId}`, headers, body });
    await first.ask("PATCH", `/api/users/${second.userId}`, { role: "USER" });
    release();
    expect(await answer).toMatchObject({ status: 403, body: { code: "ADMIN_REQUIRED" } });
    const { users } = (await first.ask("GET", "/api/users")).body;
    expect(users.find(({ id }: { id: string }) => id === mallory.userId).role).toBe("USER");
  });

  it("is given up when the rest takes too long", async () => {
    const clock = movedClock();
    const { url } = await house({ hosted: true, clock });
    const { answer } = await held(url, { path: "/api/chat/conversations", headers: { "x-host-user": "ann" }, body: "{}      " });
    await clock.advance(40_000);
    expect(await answer).toMatchObject({ status: 408, body: { code: "REQUEST_TIMEOUT", retryable: true } });
  });
});
