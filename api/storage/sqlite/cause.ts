/** Kinds of SQLite's errors: https://sqlite.org/rescode.html. */
export const CAUSES = {
  refused: 3,
  busy: 5,
  locked: 6,
  readOnly: 8,
  disk: 10,
  damaged: 11,
  full: 13,
  cannotOpen: 14,
  noDatabase: 26,
} as const;

/** Without what SQLite adds to tell kinds of one apart; 0 for what is none of its errors. */
export function causeOf(error: unknown): number {
  return Number((error as { errcode?: unknown }).errcode ?? 0) & 0xff;
}
