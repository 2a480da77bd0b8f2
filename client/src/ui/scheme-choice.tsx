import { type MantineColorScheme, SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { Monitor, Moon, Sun } from "lucide-react";
import type { ReactNode } from "react";

const CHOICES: readonly (readonly [MantineColorScheme, string, ReactNode])[] = [
  ["auto", "Like the system", <Monitor key="auto" size={16} aria-hidden="true" />],
  ["light", "Light", <Sun key="light" size={16} aria-hidden="true" />],
  ["dark", "Dark", <Moon key="dark" size={16} aria-hidden="true" />],
];

/** Light, dark, or what the system says; kept in this browser. */
export function SchemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label="Colour scheme"
      value={colorScheme}
      onChange={setColorScheme}
      data={CHOICES.map(([value, label, icon]) => ({
        value,
        label: (
          <span style={{ display: "grid", placeItems: "center", height: 22 }} title={label}>
            {icon}
            <span className="pb-hidden">{label}</span>
          </span>
        ),
      }))}
    />
  );
}
