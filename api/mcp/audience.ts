/** Is somebody there to hear what a server says by itself? Streams that nobody listens to are not held open. */
export interface Audience {
  isPresent(): boolean;
  /** Told when that changes, until the returned function is called. */
  onChange(listener: () => void): () => void;
}
