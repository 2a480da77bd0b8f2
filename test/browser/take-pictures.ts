/** `node test/browser/take-pictures.ts`: makes the README's pictures, `docs/*.png`, from the real product. */
import { launchChromium } from "./launch.ts";
import { startProduct } from "./product.ts";

const product = await startProduct();
const browser = await launchChromium(process.env.CHROMIUM_PATH ?? "/usr/bin/chromium");
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 620 }, deviceScaleFactor: 1.5, colorScheme: "light" });
  const card = (title: string) => page.getByRole("article", { name: title });
  const connected = (title: string) =>
    card(title)
      .getByRole("status")
      .filter({ hasText: /Connected/ })
      .waitFor();

  await page.goto(product.setupLink);
  await page.getByLabel("E-mail").fill("ada@example.org");
  await page.getByLabel("Name", { exact: true }).fill("Ada Lovelace");
  await page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
  await page.getByRole("button", { name: "Create admin account" }).click();
  await card("Everything").getByRole("button", { name: "Initialize" }).click();
  await Promise.all([connected("Everything"), connected("Desk")]);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(6000); // until the toasts are gone
  await page.screenshot({ path: "docs/panel.png" });

  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 1440, height: 800 });
  await card("Notes").getByRole("button", { name: "Configure" }).click();
  await page.getByLabel("Demo key").fill("demo-ada12345");
  await page.getByLabel("Display name").fill("Ada");
  await page.getByRole("button", { name: "Save" }).click();
  await connected("Notes");
  await card("Notes").getByRole("button", { name: "Tools" }).click();
  await page.getByRole("button", { name: "Who am I?" }).first().click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("region", { name: "Result" }).filter({ hasText: "You are Ada" }).waitFor();
  await page.mouse.move(0, 0);
  await page.waitForTimeout(6000);
  await page.screenshot({ path: "docs/tools.png" });
} finally {
  await browser.close();
  await product.stop();
}
