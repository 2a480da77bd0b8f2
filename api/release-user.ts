/** What holds something for one person, besides connections. */
export interface UserHolders {
  calls: { cancelAll(userId: string): void };
  chat: { runs: { stopUser(userId: string): Promise<void> } };
  requests: { closeUser(userId: string): void };
  connections: { closeUser(userId: string): Promise<void> };
  memories: readonly { forgetUser(userId: string): void }[];
}

/** Lets go of a person who has no business here any more. */
export function releaseUser({ calls, chat, requests, connections, memories }: UserHolders): (userId: string) => Promise<void> {
  return async (userId) => {
    // First the calls: connections wait for those that run.
    calls.cancelAll(userId);
    await chat.runs.stopUser(userId);
    requests.closeUser(userId);
    await connections.closeUser(userId);
    for (const each of memories) each.forgetUser(userId);
  };
}
