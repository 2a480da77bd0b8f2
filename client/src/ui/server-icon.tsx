import { type CSSProperties, useState } from "react";
import classes from "./server-icon.module.css";

interface ServerIconProps {
  name: string;
  title: string;
  iconPath: string | null;
  /** Pixels, both ways. */
  size?: number;
}

/** A server's icon: only ever an <img>, so that nothing inside it can run; its initials when there is none or it fails. */
export function ServerIcon({ name, title, iconPath, size = 44 }: ServerIconProps) {
  const [broken, setBroken] = useState<string | null>(null);
  const src = iconPath !== null && broken !== iconPath ? imageSource(iconPath) : null;
  if (src !== null) {
    return (
      <span className={classes.tile} style={{ "--tile": `${size}px` } as CSSProperties}>
        <img src={src} alt="" onError={() => setBroken(iconPath)} />
      </span>
    );
  }
  return (
    <span
      className={`${classes.tile} ${classes.monogram}`}
      style={{ "--hue": hueOf(name), "--tile": `${size}px` } as CSSProperties}
      aria-hidden="true"
    >
      {initials(title)}
    </span>
  );
}

/** A path of this site, an image in a data URI, or https. Anything else is no icon. */
function imageSource(iconPath: string): string | null {
  const ownPath = iconPath.startsWith("/") && !iconPath.startsWith("//") && !iconPath.startsWith("/\\");
  return ownPath || /^data:image\//i.test(iconPath) || iconPath.startsWith("https://") ? iconPath : null;
}

function initials(title: string): string {
  const words = title.match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = words.length > 1 ? words.slice(0, 2).map((word) => [...word][0]) : [...(words[0] ?? "?")].slice(0, 2);
  const [first = "?", second = ""] = letters;
  return first.toUpperCase() + (words.length > 1 ? second?.toUpperCase() : second?.toLowerCase());
}

/** The same name has the same colour everywhere. */
function hueOf(name: string): number {
  let sum = 7;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 3600;
  return sum / 10;
}
