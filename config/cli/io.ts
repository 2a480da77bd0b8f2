/** What a command may touch of the process it runs in. */
export interface CommandIo {
  print(line: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isColoured: boolean;
}
