/** One thing that does not fit, in words for people; `path` is a JSON pointer from the arguments down. */
export interface Misfit {
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** One check of one value. */
export interface Run {
  readonly path: (string | number)[];
  readonly misfits: Misfit[];
  /** Looks that are still allowed. */
  left: number;
  /** References that are being followed. */
  depth: number;
}

/** Looks at one value by one schema; what does not fit goes to the run. Throws TooMuch. */
export type Look = (value: unknown, run: Run) => void;

export type Schema = Readonly<Record<string, unknown>>;

/** The schema uses what is not looked at here. */
export class NotPlain extends Error {}
/** The value takes more looks than there may be. */
export class TooMuch extends Error {}

const MAX_MISFITS = 20;
const MAX_REFERENCES = 256;

export function misfit({ path, misfits }: Run, expected: string, found: string, below?: string): void {
  if (misfits.length >= MAX_MISFITS) return;
  const parts = below === undefined ? path : [...path, below];
  misfits.push({ path: `/${parts.map(pointerPart).join("/")}`, expected, found });
}

function pointerPart(part: string | number): string {
  return String(part).replaceAll("~", "~0").replaceAll("/", "~1");
}

export function below(run: Run, key: string | number, value: unknown, look: Look): void {
  run.path.push(key);
  look(value, run);
  run.path.pop();
}

/** Counts one look; the next one may be one too many. */
export function spend(run: Run, looks = 1): void {
  run.left -= looks;
  if (run.left < 0) throw new TooMuch();
}

/** Does it fit? What it says against it is forgotten. */
export function fits(look: Look, value: unknown, run: Run): boolean {
  const said = run.misfits.length;
  // A full list would hide what this look says.
  if (said >= MAX_MISFITS) return true;
  const depth = run.path.length;
  look(value, run);
  run.path.length = depth;
  const isFit = run.misfits.length === said;
  run.misfits.length = said;
  return isFit;
}

/** Recursion over values ends with them; a reference that leads to itself on the spot would not. */
export function followed(look: () => Look): Look {
  return (value, run) => {
    run.depth += 1;
    if (run.depth > MAX_REFERENCES) throw new TooMuch();
    look()(value, run);
    run.depth -= 1;
  };
}
