/** How much one person, and everybody together, may hold at the same time. */
export interface Limits {
  readonly connectionsPerUser: number;
  readonly connectionsInTotal: number;
  /** stdio programs. */
  readonly programsPerUser: number;
  readonly programsInTotal: number;
  readonly callsPerConnection: number;
  readonly callsPerUser: number;
  /** What is kept, and not only held for a while. */
  readonly apiKeysPerUser: number;
  readonly connectorsPerUser: number;
}

export const DEFAULT_LIMITS: Limits = {
  connectionsPerUser: 50,
  connectionsInTotal: 10_000,
  programsPerUser: 10,
  programsInTotal: 200,
  callsPerConnection: 64,
  callsPerUser: 128,
  apiKeysPerUser: 100,
  connectorsPerUser: 100,
};
