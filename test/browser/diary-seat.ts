import type { Browser, Locator, Page } from "playwright-core";
import { type Diary, startDiary } from "../servers/diary.ts";
import { kept } from "../support/clean-up.ts";
import { type Caller, type RunningHouse, startHouse } from "../support/house.ts";
import { card, light, newPerson } from "./support.ts";

/** A house whose one server is the demo behind a sign-in; how long its tokens live is the test's. */
export interface DiaryWorld {
  diary: Diary;
  house: RunningHouse;
}

export async function diaryWorld(): Promise<DiaryWorld> {
  const diary = await kept(startDiary());
  const entry = { title: "Diary", type: "streamable-http", url: diary.url, requiresOAuth: true, startup: true };
  const house = await kept(startHouse({ diary: entry }, { clientDir: "client/dist" }));
  return { diary, house };
}

/** Somebody at a browser of their own, at the panel, where Diary waits for their sign-in. */
export async function seat(browser: Browser, house: RunningHouse, who: Caller): ReturnType<typeof newPerson> {
  const [name = "", value = ""] = who.cookie.split("=");
  const person = await newPerson(browser);
  await kept(person.context);
  await person.context.addCookies([{ name, value, url: house.url }]);
  await person.page.goto(house.url);
  await light(person.page, "Diary", "Needs sign-in");
  return person;
}

export const signInDialog = (page: Page): Locator => page.getByRole("dialog", { name: "Sign in to Diary" });
const theirPage = (dialog: Locator): Locator => dialog.getByRole("link", { name: /Open the sign-in page/ });

/** Presses the amber key; gives the dialog when it is ready. */
export async function openSignIn(page: Page): Promise<Locator> {
  await card(page, "Diary").getByRole("button", { name: "Sign in", exact: true }).click();
  await theirPage(signInDialog(page)).waitFor();
  return signInDialog(page);
}

/** The page of the other company, in the tab that the dialog opens. */
export async function sendTo(page: Page): Promise<Page> {
  const opening = page.context().waitForEvent("page");
  await theirPage(signInDialog(page)).click();
  return opening;
}

/** Whatever of the two pages is shown: who they are, then that they allow it. */
export async function allow(there: Page, person: string): Promise<void> {
  const who = there.getByRole("button", { name: `Continue as ${person}` });
  const yes = there.getByRole("button", { name: "Allow", exact: true });
  await who.or(yes).waitFor();
  if (await who.isVisible()) await who.click();
  await yes.click();
}

/** From the amber key to the green light. */
export async function signInAs(page: Page, person: string): Promise<void> {
  await openSignIn(page);
  await allow(await sendTo(page), person);
  // A page in the background is drawn once a second.
  await page.bringToFront();
  await light(page, "Diary", "Connected");
  await signInDialog(page).waitFor({ state: "hidden" });
}
