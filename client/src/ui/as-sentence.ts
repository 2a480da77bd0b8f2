/** Messages of programs begin small and end open; between sentences for people they read as one. */
export function asSentence(message: string): string {
  const text = message.trim();
  const [first = "", ...rest] = text;
  const ended = /[.!?…:)]$/.test(text) || text === "" ? "" : ".";
  return `${first.toUpperCase()}${rest.join("")}${ended}`;
}
