/**
 * Maps (user, server) to one connection. Knows nothing of MCP: what a connection is, its factory decides.
 */
export interface Registry<Connection> {
  /** The one there is, or a new one from the factory. */
  acquire(userId: string, server: string): Connection;
  find(userId: string, server: string): Connection | undefined;
  ofUser(userId: string): ReadonlyMap<string, Connection>;
  ofServer(server: string): readonly { userId: string; connection: Connection }[];
  /** Takes it out; the caller closes it. */
  remove(userId: string, server: string): Connection | undefined;
  all(): readonly Connection[];
  readonly size: number;
}

export function connectionRegistry<Connection>(create: (userId: string, server: string) => Connection): Registry<Connection> {
  const byUser = new Map<string, Map<string, Connection>>();
  let size = 0;
  return {
    get size() {
      return size;
    },
    acquire(userId, server) {
      const connections = byUser.get(userId) ?? new Map<string, Connection>();
      byUser.set(userId, connections);
      const existing = connections.get(server);
      if (existing !== undefined) return existing;
      const connection = create(userId, server);
      connections.set(server, connection);
      size += 1;
      return connection;
    },
    find: (userId, server) => byUser.get(userId)?.get(server),
    ofUser: (userId) => byUser.get(userId) ?? new Map(),
    ofServer: (server) =>
      [...byUser].flatMap(([userId, connections]) => {
        const connection = connections.get(server);
        return connection === undefined ? [] : [{ userId, connection }];
      }),
    remove(userId, server) {
      const connections = byUser.get(userId);
      const connection = connections?.get(server);
      if (connections?.delete(server) === true) size -= 1;
      if (connections?.size === 0) byUser.delete(userId);
      return connection;
    },
    all: () => [...byUser.values()].flatMap((connections) => [...connections.values()]),
  };
}
