import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { describeColours, everyView, VIEWS } from "./every-view.ts";

const NARROW = { viewport: { width: 360, height: 740 } };
const seat = everyView();

describeColours("light", seat);

/** How far the page goes beyond the right edge of the screen, in CSS pixels. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

it("the checks see what is wrong with a page that is wrong", async () => {
  const { page, context } = await seat.stranger(NARROW);
  await page.setContent('<main style="width: 400px"><button></button><img src="data:,"></main>');
  const faults = await seriousFaults(page);
  expect(faults.map((fault) => fault.split(":")[0])).toEqual(expect.arrayContaining(["button-name", "image-alt"]));
  expect(await overhang(page)).toBeGreaterThan(0);
  await context.close();
});

describe("at 360 pixels", () => {
  // The account menu has a button of its own there: the navigation is folded away.
  it.each(Object.keys(VIEWS).filter((name) => name !== "account menu"))("%s: nothing is cut off at the side", async (name) => {
    const { page, context } = await seat.open(name, NARROW);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
    await context.close();
  });
});
