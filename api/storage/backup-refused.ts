/** A backup or its restoring was not begun, or not finished: nothing that was there has changed. The message says why, for people. */
export class BackupRefused extends Error {
  override readonly name = "BackupRefused";
}
