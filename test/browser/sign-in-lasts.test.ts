import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Diary } from "../servers/diary.ts";
import { diaryWorld, seat, sendTo, signInAs, signInDialog } from "./diary-seat.ts";
import { card, light, openBrowser, openTools, runTool } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const strip = (page: Page) => card(page, "Diary").getByText(/^Signed in/);
const result = (page: Page) => page.getByRole("region", { name: "Result" });
const lastToken = ({ seen }: Diary) =>
  seen.flatMap(({ headers }) => /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? []).at(-1) ?? "";
const hasExpired = async (diary: Diary) => (await diary.provider.AccessToken.find(lastToken(diary))) === undefined;

/** Everything the light shows from now on, without gaps. */
async function watchLight(page: Page): Promise<() => Promise<string[]>> {
  const shown = await card(page, "Diary").evaluateHandle((article) => {
    const words = new Set<string>();
    const look = () => words.add(article.querySelector('[role="status"]')?.textContent ?? "");
    look();
    new MutationObserver(look).observe(article, { childList: true, subtree: true, characterData: true, attributes: true });
    return words;
  });
  return () => shown.evaluate((words) => [...words]);
}

/** Allows more in the middle of a call, and goes on with it; gives what the consent page said. */
async function writeAfterAllowing(page: Page): Promise<string> {
  await openTools(page, "Diary");
  await runTool(page, { title: "Write an entry", fields: { text: "rain" }, shows: "wants you to allow more: diary:write" });
  await result(page).getByRole("button", { name: "Sign in" }).click();
  const there = await sendTo(page);
  const yes = there.getByRole("button", { name: "Allow", exact: true });
  await yes.waitFor();
  const asked = await there.getByRole("main").innerText();
  await yes.click();
  await page.bringToFront();
  await signInDialog(page).waitFor({ state: "hidden" });
  await result(page).getByRole("button", { name: "Run again" }).click();
  return asked;
}

describe("once signed in", () => {
  it("two people at one server have what each allowed; a call that needs more leads to the sign-in and goes on after it", async () => {
    const { house } = await diaryWorld();
    const ann = await seat(browser, house, await house.admin());
    const ben = await seat(browser, house, await house.user("ben"));
    await signInAs(ann.page, "Ann");
    await signInAs(ben.page, "Ben");

    const askedOfAnn = await writeAfterAllowing(ann.page);
    expect(askedOfAnn).toContain("write in your diary");
    expect(askedOfAnn).not.toContain("read your diary");
    await result(ann.page).filter({ hasText: "It is written." }).waitFor();

    expect(await writeAfterAllowing(ben.page)).toContain("diary:write: not yours to give");
    await result(ben.page)
      .getByRole("alert")
      .filter({ hasText: /allow more|although you allowed/ })
      .waitFor();
    await runTool(ben.page, { title: "Read the diary", shows: "Nothing is written yet." });

    for (const [{ page, complaints }, scopes] of [
      [ann, "diary:read diary:write"],
      [ben, "diary:read"],
    ] as const) {
      await page.goto(house.url);
      await expect.poll(() => strip(page).innerText()).toMatch(new RegExp(`\n${scopes}$`));
      // The browser notes the call that was refused.
      expect(complaints.filter((each) => !/status of (403|409)/.test(each))).toEqual([]);
    }
  });

  it("tokens that have expired are renewed: the light stays green, the call works, nobody is asked", async () => {
    const { diary, house } = await diaryWorld();
    diary.tokenSeconds = 2;
    const { page, context, complaints } = await seat(browser, house, await house.admin());
    await signInAs(page, "Ann");
    const shown = await watchLight(page);
    const asked = diary.count("GET", "/auth");
    await expect.poll(() => hasExpired(diary), { timeout: 10_000 }).toBe(true);
    const second = await context.newPage();
    await second.goto(`${house.url}/servers/diary/tools`);
    await runTool(second, { title: "Who am I?", shows: "You are Ann." });
    expect(diary.count("POST", "/token")).toBeGreaterThan(1);
    for (const tab of [page, second]) expect(await tab.getByRole("dialog").count()).toBe(0);
    expect(diary.count("GET", "/auth")).toBe(asked);
    expect(await shown()).toEqual(["Diary: Connected"]);
    expect(complaints).toEqual([]);
  });

  it("tokens are renewed before they expire, with nobody at work", async () => {
    const { diary, house } = await diaryWorld();
    diary.tokenSeconds = 6;
    const { page } = await seat(browser, house, await house.admin());
    await signInAs(page, "Ann");
    const shown = await watchLight(page);
    const [calls, renewals] = [diary.count("POST", "/mcp"), diary.count("POST", "/token")];
    await expect.poll(() => diary.count("POST", "/token"), { timeout: 15_000 }).toBeGreaterThan(renewals);
    // Not because a request was refused.
    expect(diary.count("POST", "/mcp")).toBe(calls);
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(await shown()).toEqual(["Diary: Connected"]);
  });

  it("a sign-in that was ended over there is said on the card in words, in every tab, and can be made again", async () => {
    const { diary, house } = await diaryWorld();
    const { page, context } = await seat(browser, house, await house.admin());
    await signInAs(page, "Ann");
    await strip(page).waitFor();
    const second = await context.newPage();
    await second.goto(`${house.url}/servers/diary/tools`);

    const token = await diary.provider.AccessToken.find(lastToken(diary));
    await (await diary.provider.Grant.find(token?.grantId ?? ""))?.destroy();
    await token?.destroy();
    await runTool(second, { title: "Who am I?", shows: "the sign-in has ended; sign in again" });
    await light(page, "Diary", "Needs sign-in");
    await card(page, "Diary").getByText("says that the sign-in has ended; sign in again.").waitFor();
    await strip(page).waitFor({ state: "hidden" });

    await page.bringToFront();
    await signInAs(page, "Ann");
    await strip(page).waitFor();
    await second.bringToFront();
    await result(second).getByRole("button", { name: "Run again" }).click();
    await result(second).filter({ hasText: "You are Ann." }).waitFor();
  });
});
