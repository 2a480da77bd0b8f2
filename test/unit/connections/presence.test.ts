import { expect, it } from "vitest";
import { presence } from "../../../api/connections/presence.ts";
import { movedClock } from "../../support/moved-clock.ts";

it("holds somebody present from the first tab until half a minute after the last", async () => {
  const clock = movedClock();
  const present = presence(clock);
  const ann = present.of("ann");
  const heard: boolean[] = [];
  const stop = ann.onChange(() => heard.push(ann.isPresent()));
  present.arrived("ann");
  present.arrived("ann");
  present.left("ann");
  await clock.advance(60_000);
  expect(heard).toEqual([true]);
  present.left("ann");
  await clock.advance(29_000);
  present.arrived("ann");
  await clock.advance(60_000);
  expect(heard).toEqual([true]);
  present.left("ann");
  await clock.advance(45_000);
  expect(heard).toEqual([true, false]);
  expect(present.of("bob").isPresent()).toBe(false);
  stop();
  present.arrived("ann");
  expect(heard).toEqual([true, false]);
});

it("takes a tab that leaves twice for one that left once", () => {
  const present = presence(movedClock());
  present.left("ann");
  present.arrived("ann");
  expect(present.of("ann").isPresent()).toBe(true);
});

it("holds a program present while it uses a connection, with one timer", async () => {
  const clock = movedClock();
  const present = presence(clock);
  const bot = present.of("bot");
  const heard: boolean[] = [];
  bot.onChange(() => heard.push(bot.isPresent()));
  for (let call = 0; call < 10; call += 1) {
    present.used("bot");
    await clock.advance(20_000);
  }
  expect(heard).toEqual([true]);
  await clock.advance(30_000);
  expect(heard).toEqual([true, false]);
});
