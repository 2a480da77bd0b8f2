/** Somebody of the demo. There is no password: the pages are reached from this machine only. */
export interface Person {
  /** Who they are in tokens (`sub`). */
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly roles: readonly string[];
  /** What they may allow an application to do. */
  readonly scopes: readonly string[];
}

export const READ = "diary:read";
export const WRITE = "diary:write";

/** What a person allows, in words. */
export const SCOPE_WORDS: Readonly<Record<string, string>> = {
  [READ]: "read your diary",
  [WRITE]: "write in your diary",
  openid: "know who you are",
  profile: "know your name",
  email: "know your e-mail address",
  offline_access: "stay signed in while you are away",
};

/** Two who may not do the same. */
export const DEMO_PEOPLE: readonly Person[] = [
  { id: "ann", name: "Ann", email: "ann@example.org", emailVerified: true, roles: ["admin"], scopes: [READ, WRITE] },
  { id: "ben", name: "Ben", email: "ben@example.org", emailVerified: true, roles: [], scopes: [READ] },
];
