import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import classes from "./empty-state.module.css";

/** There is nothing here, why, and what would change that. */
export function EmptyState({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children: ReactNode }) {
  return (
    <div className={classes.empty}>
      <span className={classes.jack}>
        <Icon size={24} aria-hidden="true" />
      </span>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
