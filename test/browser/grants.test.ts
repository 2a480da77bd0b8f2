import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diaryWorld, seat, signInAs } from "./diary-seat.ts";
import { card, light, openBrowser } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const strip = (page: Page) => card(page, "Diary").getByText(/^Signed in just now/);
const rowOf = (page: Page, name: string) =>
  page.getByRole("list", { name: "Sign-ins" }).getByRole("listitem").filter({ hasText: name });

describe("a sign-in that holds", () => {
  it("stands on the card with what was allowed; signing out asks first, in every tab", async () => {
    const { diary, house } = await diaryWorld();
    const { page, context, complaints } = await seat(browser, house, await house.admin());
    expect(await strip(page).count()).toBe(0);
    await signInAs(page, "Ann");
    await strip(page).filter({ hasText: "diary:read" }).waitFor();
    const second = await context.newPage();
    await second.goto(house.url);
    await strip(second).waitFor();
    await page.bringToFront();

    const signOut = card(page, "Diary").getByRole("button", { name: "Sign out of Diary" });
    const sure = page.getByRole("dialog", { name: "Sign out of Diary?" });
    await signOut.click();
    await sure.getByRole("button", { name: "Keep" }).click();
    await sure.waitFor({ state: "hidden" });
    await light(page, "Diary", "Connected");
    expect(diary.count("POST", "/token/revocation")).toBe(0);

    await signOut.click();
    await sure.getByRole("button", { name: "Sign out" }).click();
    for (const tab of [page, second]) {
      await light(tab, "Diary", "Needs sign-in");
      await card(tab, "Diary").getByText("You signed out of this server.").waitFor();
      await strip(tab).waitFor({ state: "hidden" });
    }
    await sure.waitFor({ state: "hidden" });
    expect(diary.count("POST", "/token/revocation")).toBeGreaterThan(0);
    await signInAs(page, "Ann");
    await strip(second).waitFor();
    expect(complaints).toEqual([]);
  });

  it("is seen by admins with who, where, what and since when, never with its tokens, and ended by them", async () => {
    const { diary, house } = await diaryWorld();
    const ada = await seat(browser, house, await house.admin());
    const bob = await seat(browser, house, await house.user("bob"));
    expect(await bob.page.getByRole("link", { name: "Sign-ins" }).count()).toBe(0);
    await ada.page.getByRole("link", { name: "Sign-ins" }).click();
    await ada.page.getByText("Nobody is signed in at a server").waitFor();
    await signInAs(bob.page, "Ben");

    const answers: Promise<string>[] = [];
    ada.page.on("response", (response) => {
      if (response.url().includes("/api/")) answers.push(response.text());
    });
    await ada.page.reload();
    const row = rowOf(ada.page, "bob@example.org");
    await row.waitFor();
    for (const seen of ["bob", "Diary", "signed in just now", diary.origin, "diary:read"])
      expect(await row.innerText()).toContain(seen);
    const told = (await Promise.all(answers)).join("\n");
    expect(told).toContain("diary:read");
    const shown = diary.seen.flatMap(({ headers }) => /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1] ?? []);
    expect(shown.length).toBeGreaterThan(0);
    for (const token of shown) expect(told + (await ada.page.content())).not.toContain(token);

    await row.getByRole("button", { name: "Sign out bob from Diary" }).click();
    const sure = ada.page.getByRole("dialog", { name: "Sign bob out of Diary?" });
    await sure.getByRole("button", { name: "Keep" }).click();
    await sure.waitFor({ state: "hidden" });
    await light(bob.page, "Diary", "Connected");
    await row.getByRole("button", { name: "Sign out bob from Diary" }).click();
    await sure.getByRole("button", { name: "Sign out" }).click();
    await ada.page.getByText("Nobody is signed in at a server").waitFor();
    await light(bob.page, "Diary", "Needs sign-in");
    await card(bob.page, "Diary").getByText("An admin signed you out of this server.").waitFor();
    await strip(bob.page).waitFor({ state: "hidden" });
    expect([...ada.complaints, ...bob.complaints]).toEqual([]);
  });
});
