import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Stands in front of a server as nginx does with `proxy_buffering on`: nothing of an answer goes on before its end. */
export async function startBufferingProxy(to: string): Promise<{ url: string; close(): Promise<void> }> {
  const { origin, pathname } = new URL(to);
  const proxy = createServer((request, response) => {
    const { method, headers } = request;
    const onward = ask(`${origin}${request.url}`, { method, headers }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on("data", (piece: Buffer) => pieces.push(piece));
      answer.on("end", () => response.writeHead(answer.statusCode ?? 502, answer.headers).end(Buffer.concat(pieces)));
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${pathname}`,
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
        proxy.closeAllConnections();
      }),
  };
}
