export type StartRefusedCode =
  | "SCHEMA_TOO_NEW"
  | "DATABASE_UNREADABLE"
  | "DATABASE_BUSY"
  | "DATABASE_UNWRITABLE"
  | "DATABASE_UNREACHABLE"
  | "KEY_MALFORMED"
  | "KEY_WELL_KNOWN"
  | "KEY_FILE_UNREADABLE"
  | "KEY_FILE_EXPOSED"
  | "KEY_LOST"
  | "KEY_MISMATCH"
  | "DATA_FOLDER_TAKEN"
  | "SOCKETS_TAKEN"
  | "OPTION_REFUSED";

/** The process must not start: data would be lost or laid open. The message says why, `next` what to do; no secret in either. */
export class StartRefused extends Error {
  override readonly name = "StartRefused";
  readonly code: StartRefusedCode;
  readonly next: string;

  constructor(code: StartRefusedCode, message: string, next: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.next = next;
  }
}
