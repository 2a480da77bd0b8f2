import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** How near to its end a transcript counts as being there, in CSS pixels. */
const NEAR_PX = 48;

interface Newest {
  /** What scrolls. */
  frame: RefObject<HTMLElement | null>;
  /** What grows in it. */
  content: RefObject<HTMLDivElement | null>;
  /** The person has scrolled away from the end. */
  isAway: boolean;
  toNewest(): void;
}

/** Keeps the end of something that grows in sight, until the person scrolls away from it; coming back there is enough. */
export function useNewest(): Newest {
  const frame = useRef<HTMLElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const [isAway, setAway] = useState(false);
  const toEnd = useCallback(() => {
    const element = frame.current;
    if (element !== null) element.scrollTop = element.scrollHeight;
  }, []);
  const toNewest = useCallback(() => {
    follows.current = true;
    setAway(false);
    toEnd();
    frame.current?.focus({ preventScroll: true });
  }, [toEnd]);
  useLayoutEffect(toEnd, [toEnd]);
  useEffect(() => {
    const element = frame.current;
    if (element === null || content.current === null) return;
    let before = element.scrollTop;
    const scrolled = () => {
      const distance = element.scrollHeight - element.clientHeight - element.scrollTop;
      // Only a move upwards is a person's: what grows below moves nothing.
      if (distance <= NEAR_PX) follows.current = true;
      else if (element.scrollTop < before) follows.current = false;
      before = element.scrollTop;
      setAway(!follows.current);
    };
    const grown = new ResizeObserver(() => {
      if (follows.current) toEnd();
    });
    grown.observe(content.current);
    grown.observe(element);
    element.addEventListener("scroll", scrolled, { passive: true });
    return () => {
      grown.disconnect();
      element.removeEventListener("scroll", scrolled);
    };
  }, [toEnd]);
  return { frame, content, isAway, toNewest };
}
