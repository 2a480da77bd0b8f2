import { createHash } from "node:crypto";

/** Keeps equal values once for as long as somebody holds them. */
export interface Shared<Value extends object> {
  /** The one that was made of an equal `content` before, or this one. */
  same(content: string, value: Value): Value;
}

/**
 * Most people on a server see the same list of tools, and a list is by far the largest thing that a connection holds:
 * equal ones become one. What nobody holds any more is forgotten.
 */
export function shared<Value extends object>(): Shared<Value> {
  const known = new Map<string, WeakRef<Value>>();
  const gone = new FinalizationRegistry((key: string) => {
    if (known.get(key)?.deref() === undefined) known.delete(key);
  });
  return {
    same(content, value) {
      const key = createHash("sha256").update(content).digest("base64");
      const existing = known.get(key)?.deref();
      if (existing !== undefined) return existing;
      known.set(key, new WeakRef(value));
      gone.register(value, key);
      return value;
    },
  };
}
