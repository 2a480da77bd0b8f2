import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";

export interface TunnelProxy {
  readonly url: string;
  /** `host:port` of every request, in their order. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** An HTTP proxy that connects whoever asks; every name leads to this machine. */
export async function startTunnelProxy(): Promise<TunnelProxy> {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    response.writeHead(501).end();
  });
  server.on("connect", ({ url = "" }, client) => {
    asked.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const host = /^[\d.]+$/.test(hostname) ? hostname : "127.0.0.1";
    const upstream = connect(Number(port) || 80, host, () => {
      client.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [upstream, client]) socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
