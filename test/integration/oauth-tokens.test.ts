import { describe, expect, it } from "vitest";
import type { ConnectionStatus } from "../../schemas/wire.ts";
import type { Caller } from "../support/house.ts";
import { echo, oauthWorld, signedIn, stateOf } from "../support/oauth-world.ts";

/** Every status this person's sockets hear from now on. */
async function hear(who: Caller): Promise<ConnectionStatus[]> {
  const socket = who.socket(who.cookie === "" ? { "x-host-user": who.userId.replace("host-", "") } : {});
  const heard: ConnectionStatus[] = [];
  await new Promise((resolve) => socket.on("mcp:snapshot", resolve));
  socket.on("mcp:status", ({ status }) => heard.push(status));
  return heard;
}

describe("tokens of a sign-in", () => {
  it("[F-OA-01] [OAUTH-22] are renewed once when 50 parallel calls meet a token that has expired", async () => {
    const { idp, house } = await oauthWorld();
    const { who } = await signedIn(house, "ann");
    expect((await echo(who)).status).toBe(200);
    idp.expireAll();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => echo(who, `n${index}`)));
    expect(answers.map(({ body }) => body.content?.[0]?.text)).toEqual(answers.map((_, index) => `Echo: n${index}`));
    expect(idp.tokenPosts("refresh_token").length).toBe(1);
    expect(idp.familiesRevoked).toBe(0);
    expect((await stateOf(who)).state).toBe("connected");
  });

  it("[F-OA-07] end in one clean step when the authorization server says invalid_grant", async () => {
    const { idp, house } = await oauthWorld();
    const { who, browser } = await signedIn(house, "ann");
    await echo(who);
    const heard = await hear(who);
    idp.endAll();
    const answers = await Promise.all(Array.from({ length: 20 }, () => echo(who)));
    for (const { status, body } of answers) {
      expect({ status, code: body.code }).toEqual({ status: 409, code: "OAUTH_REQUIRED" });
      expect(body.signInUrl).toBe(`${house.url}/?sign-in=notes`);
    }
    await expect.poll(() => heard.length).toBe(1);
    expect(heard[0]).toMatchObject({ state: "oauth_required", reason: { code: "OAUTH_REQUIRED" } });
    expect(idp.tokenPosts("refresh_token").length).toBe(1);
    expect((await who.ask("GET", "/api/mcp/grants")).body.grants).toEqual([]);
    await browser.signIn("notes");
    expect((await echo(who)).status).toBe(200);
  });
});
