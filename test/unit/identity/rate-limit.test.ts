import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { signInLimiter } from "../../../api/identity/rate-limit.ts";
import { type OpenAccounts, openAccounts, PASSWORD } from "./open-accounts.ts";

// The counters belong to a library that reads the time itself.
beforeEach(() => void vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

const limits = { perAccount: 3, perPlace: 6, windowSeconds: 60 };

describe("attempts to sign in", () => {
  it("are refused after too many for one e-mail from one place, until the window has passed", async () => {
    const limiter = signInLimiter(limits);
    const attempt = { email: "ann@example.com", ip: "192.0.2.1" };
    for (let nth = 0; nth < 3; nth += 1) await limiter.count(attempt);
    await expect(limiter.count(attempt)).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 60_000 });
    vi.advanceTimersByTime(59_000);
    await expect(limiter.count(attempt)).rejects.toMatchObject({ code: "RATE_LIMITED", retryAfterMs: 1_000 });
    vi.advanceTimersByTime(1_000);
    await limiter.count(attempt);
  });

  it("leave others alone: another person there, and the owner elsewhere", async () => {
    const limiter = signInLimiter(limits);
    for (let nth = 0; nth < 3; nth += 1) await limiter.count({ email: "ann@example.com", ip: "192.0.2.1" });
    await limiter.count({ email: "bob@example.com", ip: "192.0.2.1" });
    await limiter.count({ email: "ann@example.com", ip: "192.0.2.2" });
  });

  it("are refused after too many from one place, whatever the e-mail", async () => {
    const limiter = signInLimiter(limits);
    for (let nth = 0; nth < 6; nth += 1) await limiter.count({ email: `user-${nth}@example.com`, ip: "192.0.2.1" });
    await expect(limiter.count({ email: "other@example.com", ip: "192.0.2.1" })).rejects.toMatchObject({ code: "RATE_LIMITED" });
    await limiter.count({ email: "other@example.com", ip: "192.0.2.2" });
  });

  it("come from one place when they come from one IPv6 network, or from an IPv4 address written as IPv6", async () => {
    const limiter = signInLimiter(limits);
    for (let nth = 0; nth < 3; nth += 1) await limiter.count({ email: "ann@example.com", ip: `2001:db8:1:2::${nth}` });
    await expect(limiter.count({ email: "ann@example.com", ip: "2001:db8:1:2:ffff::1" })).rejects.toThrow();
    await limiter.count({ email: "ann@example.com", ip: "2001:db8:1:3::1" });
    for (let nth = 0; nth < 3; nth += 1) await limiter.count({ email: "bob@example.com", ip: "192.0.2.1" });
    await expect(limiter.count({ email: "bob@example.com", ip: "::ffff:192.0.2.1" })).rejects.toThrow();
  });

  it("are forgiven by the right password, their own count only", async () => {
    const limiter = signInLimiter(limits);
    const [ann, bob] = ["ann", "bob"].map((name) => ({ email: `${name}@example.com`, ip: "192.0.2.1" }));
    if (ann === undefined || bob === undefined) throw new Error("unreachable");
    for (let nth = 0; nth < 3; nth += 1) await limiter.count(bob);
    for (let nth = 0; nth < 8; nth += 1) {
      await limiter.count(ann);
      await limiter.forgive(ann);
    }
    await expect(limiter.count(bob)).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });
});

describe("guessing at an account", () => {
  let open: OpenAccounts;
  beforeEach(async () => {
    open = openAccounts({ limits });
    await open.firstAdmin();
  });
  afterEach(() => open.stores.close());

  it("ends even for the right password, also when the guesses come at once", async () => {
    const guesses = await Promise.allSettled(Array.from({ length: 6 }, () => open.signIn("ann", "wrong password")));
    const codes = guesses.map((guess) => (guess.status === "rejected" ? (guess.reason as { code: string }).code : "in"));
    expect(codes.filter((code) => code === "SIGN_IN_REFUSED")).toHaveLength(3);
    expect(codes.filter((code) => code === "RATE_LIMITED")).toHaveLength(3);
    await expect(open.signIn("ann")).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });

  it("is limited where the password is changed, too", async () => {
    const { user, sessionId } = await open.signIn("ann");
    const request = { userId: user.id, sessionId, newPassword: "another password", ip: "192.0.2.1" };
    for (let nth = 0; nth < 3; nth += 1) {
      const guess = open.accounts.changePassword({ ...request, currentPassword: "wrong password" });
      await expect(guess).rejects.toMatchObject({ code: "SIGN_IN_REFUSED" });
    }
    await expect(open.accounts.changePassword({ ...request, currentPassword: PASSWORD })).rejects.toMatchObject({
      code: "RATE_LIMITED",
    });
  });
});
