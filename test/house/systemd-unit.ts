/** A unit's settings, by section: repeated ones stand in their order. Throws at a line that is no setting. */
export function readUnit(text: string): Record<string, Record<string, string[]>> {
  const unit: Record<string, Record<string, string[]>> = {};
  let section: Record<string, string[]> | undefined;
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "" || /^[#;]/.test(line)) continue;
    const name = /^\[(\w+)\]$/.exec(line)?.[1];
    if (name !== undefined) {
      unit[name] ??= {};
      section = unit[name];
      continue;
    }
    const setting = /^(\w+)=(.*)$/.exec(line);
    if (setting === null || section === undefined) throw new Error(`not a setting: ${line}`);
    const [, key = "", value = ""] = setting;
    section[key] = [...(section[key] ?? []), value];
  }
  return unit;
}
