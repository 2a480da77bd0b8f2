/** What a server said last, to one person, of how its tools want to be used; and what it said before. */
export interface InstructionRecord {
  readonly userId: string;
  readonly server: string;
  /** Counts its changes from 1. */
  readonly version: number;
  /** As models are told it: cleaned, and cut to what they are told. */
  readonly text: string;
  /** Of the version before; null for the first. */
  readonly before: string | null;
  /** Epoch milliseconds: when this version was first seen. */
  readonly seenAt: number;
}

export interface InstructionStore {
  get(userId: string, server: string): Promise<InstructionRecord | null>;
  /** In the place of the one there was. */
  put(record: InstructionRecord): Promise<void>;
  /** Everybody's for a server that is gone. */
  deleteByServer(server: string): Promise<void>;
  deleteByUser(userId: string): Promise<void>;
}
