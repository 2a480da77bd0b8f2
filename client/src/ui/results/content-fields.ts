export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function stringAt(record: Readonly<Record<string, unknown>>, key: string): string {
  const value = record[key];
  return typeof value === "string" ? value : "";
}

/** A data URI for an image or a sound, and for nothing else that a browser might run. */
export function dataUri(block: Readonly<Record<string, unknown>>, kind: "image" | "audio"): string | null {
  const data = stringAt(block, "data");
  const mimeType = stringAt(block, "mimeType").toLowerCase();
  const known = new RegExp(`^${kind}/[\\w.+-]{1,40}$`).test(mimeType);
  return known && /^[A-Za-z0-9+/=\s]+$/.test(data.slice(0, 100)) ? `data:${mimeType};base64,${data}` : null;
}
