import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "../../../api/errors/app-error.ts";
import type { CallJournalStore } from "../../../api/ports/stores.ts";
import { openSqliteStores } from "../../../api/storage/sqlite/sqlite-stores.ts";
import { type CallJournal, openCallJournal } from "../../../api/tools/call-journal.ts";
import { keptLog } from "../../support/kept-log.ts";
import { movedClock } from "../../support/moved-clock.ts";

const stores = openSqliteStores(":memory:");
afterEach(() => stores.calls.deleteByUser("ann"));

const digests = { toolDigest: "t", argumentDigest: "a" };
const asked = (callId: string) => ({ userId: "ann", callId, server: "notes", tool: "echo", ...digests });
const opened = async (store: CallJournalStore = stores.calls, keepPerUser?: number) => {
  const clock = movedClock();
  const log = keptLog();
  return { clock, log, journal: await openCallJournal({ store, clock, logger: log.logger, keepPerUser }) };
};
/** A call on record. */
const begun = async (journal: CallJournal, callId: string) => {
  const call = journal.begin(asked(callId));
  await call.written;
  return call;
};
/** A store whose writes do what the test says. */
const broken = (write: CallJournalStore["write"]): CallJournalStore => ({ ...stores.calls, write });

describe("the call journal", () => {
  it("has a call on record before it is sent, and its end afterwards", async () => {
    const { journal, clock } = await opened();
    const call = await begun(journal, "1");
    expect(await journal.page("ann", { limit: 9 })).toMatchObject([{ callId: "1", state: "running", endedAt: null }]);
    await clock.advance(70);
    call.end({ ok: true });
    await journal.close();
    expect(await journal.page("ann", { limit: 9 })).toMatchObject([{ state: "done", endedAt: clock.now(), code: null }]);
  });

  it.each([
    [new AppError("CALL_CANCELLED", ""), "cancelled"],
    [new AppError("CALL_TIMEOUT", ""), "unknown"],
    [new AppError("OUTCOME_UNKNOWN", ""), "unknown"],
    [new AppError("CONNECTION_CLOSED", ""), "unknown"],
    [new AppError("CONNECTION_CLOSED", "", { neverRan: true }), "failed"],
    [new AppError("SERVER_ERROR", ""), "failed"],
    [new Error("a bug"), "unknown"],
  ])("calls %o %s", async (error, state) => {
    const { journal } = await opened();
    (await begun(journal, "1")).end({ ok: false, error });
    await journal.close();
    expect(await journal.page("ann", { limit: 9 })).toMatchObject([{ state }]);
  });

  it("writes calls of one moment together", async () => {
    const sizes: number[] = [];
    const { journal } = await opened(
      broken(async (records) => {
        sizes.push(records.length);
      }),
    );
    await Promise.all(Array.from({ length: 50 }, (_, nth) => begun(journal, String(nth))));
    expect(sizes).toEqual([50]);
  });

  it("[F-PROC-10] lets calls go on when it cannot be written, says so once, and counts", async () => {
    let isFull = true;
    const store = broken((records) => (isFull ? Promise.reject(new Error("disk is full")) : stores.calls.write(records)));
    const { journal, log, clock } = await opened(store);
    for (const id of ["1", "2", "3"]) (await begun(journal, id)).end({ ok: true });
    await clock.advance(50);
    await expect.poll(() => journal.lost).toBe(6);
    expect(log.lines("error")).toHaveLength(1);
    isFull = false;
    await begun(journal, "4");
    await expect.poll(() => journal.page("ann", { limit: 9 })).toMatchObject([{ callId: "4" }]);
    expect(log.lines("warn").map(({ lost }) => lost)).toEqual([6]);
  });

  it("holds up a call for a second at most when the store hangs", async () => {
    const { journal, clock } = await opened(broken(() => new Promise(() => {})));
    let isOnRecord = false;
    void begun(journal, "1").then(() => {
      isOnRecord = true;
    });
    await clock.advance(999);
    expect(isOnRecord).toBe(false);
    await clock.advance(1);
    expect(isOnRecord).toBe(true);
  });

  it("calls what ran when the last process ended unknown", async () => {
    const first = await opened();
    await begun(first.journal, "1");
    const { journal, log, clock } = await opened();
    expect(await journal.page("ann", { limit: 9 })).toMatchObject([{ state: "unknown", endedAt: clock.now() }]);
    expect(log.lines("warn").map(({ calls }) => calls)).toEqual([1]);
  });

  it("keeps the newest of a person, and nothing for longer than 30 days", async () => {
    const { journal, clock } = await opened(stores.calls, 10);
    for (let nth = 0; nth < 500; nth += 1) {
      await clock.advance(1);
      await begun(journal, String(nth));
    }
    await expect.poll(async () => (await journal.page("ann", { limit: 1_000 })).length).toBe(10);
    await clock.advance(31 * 24 * 60 * 60_000);
    await expect.poll(() => journal.page("ann", { limit: 1_000 })).toEqual([]);
  });
});
