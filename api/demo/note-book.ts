export interface Note {
  id: number;
  text: string;
  writtenAt: string;
}

const MAX_NOTES_PER_KEY = 100;
const MAX_KEYS = 1000;

/** Notes in memory, one shelf a key: two people with two keys never see each other's. */
export class NoteBook {
  readonly #shelves = new Map<string, Note[]>();
  #lastId = 0;

  list(key: string): readonly Note[] {
    return this.#shelves.get(key) ?? [];
  }

  /** Null when the shelf is full. */
  add(key: string, text: string): Note | null {
    const shelf = this.#shelves.get(key) ?? [];
    if (shelf.length >= MAX_NOTES_PER_KEY) return null;
    if (!this.#shelves.has(key) && this.#shelves.size >= MAX_KEYS) return null;
    this.#lastId += 1;
    const note = { id: this.#lastId, text, writtenAt: new Date().toISOString() };
    this.#shelves.set(key, [...shelf, note]);
    return note;
  }

  /** False when this key has no such note. */
  delete(key: string, id: number): boolean {
    const shelf = this.list(key);
    const left = shelf.filter((note) => note.id !== id);
    this.#shelves.set(key, left);
    return left.length < shelf.length;
  }
}
