import { ExternalLink } from "lucide-react";
import type { ReactNode } from "react";
import classes from "./markdown.module.css";

/** A link out of this page: only http and https, and never without the host it leads to. Anything else is its text. */
export function SafeLink({ href, children }: { href: string; children: ReactNode }) {
  const host = hostOf(href);
  if (host === null) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className={classes.link}>
      {children}
      <span className={classes.host}>
        <ExternalLink size={12} aria-hidden="true" />
        {host}
      </span>
    </a>
  );
}

function hostOf(href: string): string | null {
  if (!URL.canParse(href)) return null;
  const { protocol, host, username } = new URL(href);
  return (protocol === "https:" || protocol === "http:") && username === "" ? host : null;
}
