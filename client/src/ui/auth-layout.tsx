import { type ReactNode, useEffect } from "react";
import classes from "./auth-layout.module.css";
import { PatchArt } from "./patch-art.tsx";
import { Wordmark } from "./wordmark.tsx";

/** The frame of the pages before somebody is signed in. */
export function AuthLayout({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Patchbay`;
  }, [title]);
  return (
    <div className={classes.page}>
      <header className={classes.art}>
        <PatchArt />
        <div className={classes.brand}>
          <Wordmark />
        </div>
        <p className={classes.claim}>Every server on one panel. Every connection your own.</p>
      </header>
      <main className={classes.side}>
        <div className={classes.form}>
          <h1>{title}</h1>
          <div className={classes.lead}>{lead}</div>
          {children}
        </div>
      </main>
    </div>
  );
}
