import { describe, expect, it } from "vitest";
import type { ModelAddress, ModelEvent } from "../../../api/chat/model-messages.ts";
import { modelTitle } from "../../../api/chat/titles.ts";
import { EMPTY_TRANSCRIPT } from "../../../schemas/chat-transcript.ts";
import { cpuMs } from "../config/cpu-time.ts";

const titleOf = (said: () => Iterable<string>) =>
  modelTitle({
    address: {} as ModelAddress,
    transcript: EMPTY_TRANSCRIPT,
    options: {},
    async *askModel(): AsyncGenerator<ModelEvent> {
      for (const text of said()) yield { type: "text", text };
    },
  });

describe("a model's title", () => {
  it("is one short line without quotes", async () => {
    expect(await titleOf(() => ['"Notes', " of\n", 'Ann."'])).toBe("Notes of Ann");
    expect(await titleOf(() => [' "" '])).toBeNull();
  });

  it("is taken from the beginning of what is said, however much that is and whatever it is made of", async () => {
    let heard = 0;
    const endless = function* () {
      for (;;) {
        heard += 1;
        yield "word ";
      }
    };
    expect(await titleOf(endless)).toMatch(/^(word )+word\u2026$/);
    expect(heard).toBeLessThan(1_000);
    const before = cpuMs();
    await titleOf(() => ["a", '"'.repeat(100_000), "a"]);
    expect(cpuMs() - before).toBeLessThan(300);
  });
});
