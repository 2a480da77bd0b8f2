import { ActionIcon, Drawer } from "@mantine/core";
import { type LucideIcon, Menu as MenuIcon } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { Link, NavLink, useLocation } from "react-router";
import classes from "./shell.module.css";
import { Wordmark } from "./wordmark.tsx";

export interface NavItem {
  to: string;
  label: string;
  icon: LucideIcon;
  /** Things that want attention there. */
  count?: number;
}

export interface NavSection {
  title: string;
  items: readonly NavItem[];
}

interface ShellProps {
  sections: readonly NavSection[];
  /** At the foot of the rail: who is signed in. */
  account: ReactNode;
  /** Above the page: what everybody must know now. */
  banner: ReactNode;
  /** The page takes all the room there is and scrolls within itself. @default false */
  isFilled?: boolean;
  children: ReactNode;
}

/** The frame of every page for signed-in people: a rail beside it, or a bar with a drawer where it is narrow. */
export function Shell({ sections, account, banner, isFilled = false, children }: ShellProps) {
  const [open, setOpen] = useState(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: arriving somewhere closes the drawer
  useEffect(() => setOpen(false), [pathname]);
  return (
    <div className={classes.shell} data-filled={isFilled || undefined}>
      <a className={classes.skip} href="#main">
        Skip to content
      </a>
      <aside className={classes.rail} aria-label="Patchbay">
        <Link to="/" className={classes.brand} aria-label="Patchbay, start page">
          <Wordmark />
        </Link>
        <Rail sections={sections} account={account} />
      </aside>
      <nav className={classes.bar} aria-label="Menu">
        <Wordmark />
        <ActionIcon variant="transparent" color="gray.0" size={44} aria-label="Open menu" onClick={() => setOpen(true)}>
          <MenuIcon size={22} aria-hidden="true" />
        </ActionIcon>
      </nav>
      <Drawer
        opened={open}
        onClose={() => setOpen(false)}
        size={288}
        title={<Wordmark />}
        classNames={{ content: classes.drawer, header: classes.drawer, body: classes.drawerBody }}
      >
        <Rail sections={sections} account={account} />
      </Drawer>
      <main className={classes.main} id="main" tabIndex={-1}>
        {banner}
        <div className={classes.content}>{children}</div>
      </main>
    </div>
  );
}

function Rail({ sections, account }: Pick<ShellProps, "sections" | "account">) {
  return (
    <>
      <nav className={classes.sections} aria-label="Main">
        {sections.map(({ title, items }) => (
          <section key={title}>
            <h2 className="pb-label">{title}</h2>
            <ul>
              {items.map((item) => (
                <li key={item.to}>
                  <RailLink {...item} />
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      {account}
    </>
  );
}

function RailLink({ to, label, icon: Icon, count = 0 }: NavItem) {
  return (
    <NavLink to={to} className={classes.link}>
      <Icon size={18} aria-hidden="true" />
      {label}
      {count > 0 && <span className={classes.count}>{count}</span>}
    </NavLink>
  );
}
