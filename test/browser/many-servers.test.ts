import { expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { kept } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";
import { newPerson, openBrowser } from "./support.ts";

/** As many as one person may have connections. */
const SERVERS = 50;

it("a hundred changes at once reach every light, and nothing on the page breaks", async () => {
  const browser = await kept(openBrowser());
  const { url } = await kept(startHttpServer());
  const entries = Array.from({ length: SERVERS }, (_, index) => [
    `server${index}`,
    { type: "streamable-http", url, startup: true },
  ]);
  const house = await kept(startHouse(Object.fromEntries(entries), { clientDir: "client/dist" }));
  for (const who of [await house.admin(), await house.user("ben")]) {
    const { context, page, complaints } = await newPerson(browser);
    await kept(context);
    const [name = "", value = ""] = who.cookie.split("=");
    await context.addCookies([{ name, value, url: house.url }]);
    await page.goto(house.url);
    await page.getByText(`${SERVERS} of ${SERVERS} connected`).waitFor();
    expect(await page.getByRole("status").filter({ hasText: "Connected" }).count()).toBe(SERVERS);
    expect(complaints).toEqual([]);
  }
});
