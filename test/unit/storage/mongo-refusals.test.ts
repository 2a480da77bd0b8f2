import { describe, expect, it } from "vitest";
import { openMongoStores } from "../../../api/storage/mongo/mongo-stores.ts";

describe("a MongoDB that cannot be opened", () => {
  it("refuses the start without repeating the address and its password", async () => {
    const opening = openMongoStores("mongodb://root:hunter22@127.0.0.1:1/patchbay?serverSelectionTimeoutMS=50");
    const refusal = await opening.catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: "StartRefused", code: "DATABASE_UNREACHABLE" });
    expect(`${refusal}`).not.toContain("hunter22");
  }, 10_000);

  it("refuses an address that is none", async () => {
    await expect(openMongoStores("postgres://root:hunter22@127.0.0.1/patchbay")).rejects.toMatchObject({
      code: "DATABASE_UNREACHABLE",
    });
  });
});
