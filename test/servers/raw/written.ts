/** Waits until the other side has room again; false when nobody listens any more. */
export function written(to: NodeJS.WritableStream & { destroyed?: boolean }, chunk: Buffer | string): Promise<boolean> {
  if (to.destroyed === true) return Promise.resolve(false);
  if (to.write(chunk)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const settle = (isOpen: boolean) => () => {
      to.off("drain", drained);
      to.off("close", closed);
      resolve(isOpen);
    };
    const [drained, closed] = [settle(true), settle(false)];
    to.once("drain", drained);
    to.once("close", closed);
  });
}
