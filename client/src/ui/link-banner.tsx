import { WifiOff } from "lucide-react";
import { useEffect, useState } from "react";
import classes from "./link-banner.module.css";

/** Said when the page no longer hears of changes. Short gaps heal before anybody has read about them. */
export function LinkBanner({ lost }: { lost: boolean }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (!lost) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), 1_200);
    return () => clearTimeout(timer);
  }, [lost]);
  return (
    <div aria-live="polite">
      {shown && (
        <div className={classes.banner}>
          <WifiOff size={17} aria-hidden="true" />
          Connection lost. The lights may be out of date; trying to come back.
        </div>
      )}
    </div>
  );
}
