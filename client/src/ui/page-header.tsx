import { type ReactNode, useEffect } from "react";
import classes from "./page-header.module.css";

interface PageHeaderProps {
  title: string;
  above?: ReactNode;
  lead?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, above, lead, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Patchbay`;
  }, [title]);
  return (
    <div className={classes.header}>
      <div className={classes.text}>
        {above !== undefined && <div className={classes.above}>{above}</div>}
        <h1>{title}</h1>
        {lead !== undefined && <div className={classes.lead}>{lead}</div>}
      </div>
      {actions !== undefined && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}
