import classes from "./view-tabs.module.css";

interface ViewTabsProps<Name extends string> {
  label: string;
  views: Readonly<Record<Name, string>>;
  current: NoInfer<Name>;
  onSelect(view: Name): void;
}

/** Ways to look at one thing, each with an address of its own. */
export function ViewTabs<Name extends string>({ label, views, current, onSelect }: ViewTabsProps<Name>) {
  return (
    <nav className={classes.tabs} aria-label={label}>
      {(Object.entries(views) as [Name, string][]).map(([name, word]) => (
        <button
          key={name}
          type="button"
          className={classes.tab}
          aria-current={name === current ? "page" : undefined}
          onClick={() => onSelect(name)}
        >
          {word}
        </button>
      ))}
    </nav>
  );
}
