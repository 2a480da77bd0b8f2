import classes from "./tag.module.css";

/** A word about one thing of a list, such as "Disabled"; in colour when it is news. */
export function Tag({ isNews = false, children }: { isNews?: boolean; children: string }) {
  return (
    <span className={classes.tag} data-news={isNews}>
      {children}
    </span>
  );
}
