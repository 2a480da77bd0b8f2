import { encode } from "uqr";
import { CopyLine } from "../../ui/rows.tsx";
import classes from "./server-sign-in.module.css";

/** The way to the same dialog in another browser, to copy and to scan. */
export function OtherDevice({ shareUrl }: { shareUrl: string }) {
  return (
    <details className={classes.other}>
      <summary>Sign in on another device</summary>
      <div className={classes.otherBody}>
        <QrCode text={shareUrl} />
        <div className={classes.link}>
          <p className={classes.quiet}>Scan it or open this link there, signed in to Patchbay as yourself.</p>
          <CopyLine label="Copy link" text={shareUrl} />
        </div>
      </div>
    </details>
  );
}

function QrCode({ text }: { text: string }) {
  const { data, size } = encode(text, { ecc: "M", border: 2 });
  const dark = data.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")));
  return (
    <svg
      className={classes.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label="QR code of the link"
      shapeRendering="crispEdges"
    >
      <path d={dark.join("")} />
    </svg>
  );
}
