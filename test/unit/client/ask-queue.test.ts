import { expect, it } from "vitest";
import { type AskEvent, askQueue, NO_ASKS } from "../../../client/src/features/asks/ask-queue.ts";
import type { ServerRequestView } from "../../../schemas/wire-asks.ts";

const ask = (id: string, createdAt = 0): ServerRequestView => ({
  id,
  server: "s",
  kind: "elicitation",
  params: {},
  terms: null,
  holdsCall: false,
  createdAt,
  expiresAt: 1,
});
const asked = (id: string, createdAt = 0): AskEvent => ({ type: "asked", request: ask(id, createdAt) });
const after = (...events: AskEvent[]) => events.reduce(askQueue, NO_ASKS);
const ids = (...events: AskEvent[]) => after(...events).requests.map(({ id }) => id);

it("has what was listed and what was asked since, once each and oldest first", () => {
  const requests = [ask("a", 1), ask("b", 2)];
  const loaded: AskEvent = { type: "loaded", requests, knownBefore: [] };
  expect(ids(asked("b", 2), loaded)).toEqual(["a", "b"]);
  expect(ids(loaded, asked("b", 2), asked("c", 3))).toEqual(["a", "b", "c"]);
});

it("does not bring back what ended while the list was on its way", () => {
  const late: AskEvent = { type: "loaded", requests: [ask("a")], knownBefore: ["a"] };
  expect(ids(asked("a"), { type: "ended", id: "a", how: "answered" }, late)).toEqual([]);
  expect(ids({ type: "ended", id: "a", how: "expired" }, late)).toEqual([]);
});

it("says of the one that is shown how it ended elsewhere, and of no other", () => {
  const shown = [asked("a"), asked("b"), { type: "show", id: "a" } as const];
  expect(after(...shown, { type: "ended", id: "a", how: "answered" })).toMatchObject({
    shown: null,
    ended: { request: { id: "a" }, how: "answered" },
    requests: [{ id: "b" }],
  });
  expect(after(...shown, { type: "ended", id: "b", how: "withdrawn" })).toMatchObject({ shown: "a", ended: null });
  // While the line was away.
  expect(after(...shown, { type: "loaded", requests: [], knownBefore: ["a", "b"] })).toMatchObject({
    ended: { how: "gone" },
    requests: [],
  });
});

it("takes its own answer from the answer itself, and goes on with the next", () => {
  const own = [asked("a"), asked("b"), { type: "show", id: "a" }, { type: "answering", id: "a" }] as AskEvent[];
  const told: AskEvent = { type: "ended", id: "a", how: "answered" };
  expect(after(...own, told)).toMatchObject({ shown: "a", ended: null });
  for (const events of [
    [told, { type: "answered", id: "a", visits: false }],
    [{ type: "answered", id: "a", visits: false }, told],
  ] as AskEvent[][])
    expect(after(...own, ...events)).toMatchObject({ shown: "b", ended: null, requests: [{ id: "b" }] });
  // Another tab was faster.
  expect(after(...own, told, { type: "ended", id: "a", how: "gone" })).toMatchObject({ ended: { how: "gone" } });
});

it("waits for a visit until the server says that it is over, and shows nothing else meanwhile", () => {
  const went = [asked("a"), asked("b"), { type: "show", id: "a" }, { type: "answered", id: "a", visits: true }] as AskEvent[];
  expect(after(...went)).toMatchObject({ shown: null, visiting: { id: "a" } });
  expect(after(...went, { type: "visitEnded" })).toMatchObject({ shown: null, visiting: null, requests: [{ id: "b" }] });
});
