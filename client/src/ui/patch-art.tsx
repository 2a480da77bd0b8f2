const COLUMNS = [0, 1, 2, 3, 4, 5, 6, 7];
const ROWS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const STEP = 74;
const at = (column: number, row: number) => ({ x: 52 + column * STEP, y: 62 + row * STEP });

/** From jack to jack; the colours are those of the six lights. */
const CABLES: readonly (readonly [from: readonly [number, number], to: readonly [number, number], color: string])[] = [
  [[1, 2], [5, 3], "#4cc38a"],
  [[0, 3], [3, 5], "#efb93c"],
  [[6, 1], [2, 4], "#7db0ff"],
  [[7, 3], [4, 6], "#4cc38a"],
  [[1, 5], [6, 5], "#ff9257"],
  [[3, 2], [7, 5], "#4cc38a"],
];

/** A patch bay seen from the front. Decoration. */
export function PatchArt() {
  const ends = new Map(CABLES.flatMap(([from, to, color]) => [from, to].map((end) => [end.join(), color] as const)));
  return (
    <svg viewBox="0 0 620 800" preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">
      {ROWS.flatMap((row) =>
        COLUMNS.map((column) => {
          const { x, y } = at(column, row);
          const color = ends.get([column, row].join());
          return (
            <g key={`${column}-${row}`}>
              <circle cx={x} cy={y} r="17" fill="#0c0e0f" stroke="#2b3031" strokeWidth="1.5" />
              <circle
                cx={x}
                cy={y}
                r="8"
                fill={color === undefined ? "#060707" : "#0c0e0f"}
                stroke={color ?? "#232829"}
                strokeWidth="3"
              />
            </g>
          );
        }),
      )}
      {CABLES.map(([from, to, color]) => (
        <Cable key={`${from}-${to}`} from={at(...from)} to={at(...to)} color={color} />
      ))}
      <rect y="520" width="620" height="280" fill="url(#pb-floor)" />
      <defs>
        <linearGradient id="pb-floor" x1="0" y1="0" x2="0" y2="1">
          <stop offset="0" stopColor="#121415" stopOpacity="0" />
          <stop offset="0.6" stopColor="#121415" stopOpacity="1" />
        </linearGradient>
      </defs>
    </svg>
  );
}

interface Point {
  x: number;
  y: number;
}

/** Hangs between its ends as a real one would. */
function Cable({ from, to, color }: { from: Point; to: Point; color: string }) {
  const sag = 70 + Math.abs(to.x - from.x) * 0.28;
  const path = `M${from.x} ${from.y} C${from.x} ${from.y + sag} ${to.x} ${to.y + sag} ${to.x} ${to.y}`;
  return (
    <g fill="none" strokeLinecap="round">
      <path d={path} stroke="#000" strokeOpacity="0.45" strokeWidth="13" transform="translate(3 7)" />
      <path d={path} stroke={color} strokeWidth="8" />
      <path d={path} stroke="#fff" strokeOpacity="0.22" strokeWidth="2" transform="translate(-1.5 -1.5)" />
    </g>
  );
}
