import { it } from "vitest";
import { expireTogether } from "../support/same-expiry.ts";

it("[F-OA-08] 500 people whose tokens end at the same moment never notice, and the authorization server is not stormed", async () => {
  await expireTogether(500, 150_000);
}, 400_000);
