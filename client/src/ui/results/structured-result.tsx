import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { ForeignText } from "../foreign-text.tsx";
import { JsonView } from "../json-view.tsx";
import { isRecord } from "./content-fields.ts";
import classes from "./tool-answer.module.css";

const MAX_ROWS = 200;
const MAX_COLUMNS = 12;

/** Structured content: a table where it is one, and always also the JSON. */
export function StructuredResult({ value }: { value: unknown }) {
  const table = tableOf(value);
  const [asJson, setAsJson] = useState(false);
  if (table === null) return <JsonView value={value} />;
  return (
    <div className={classes.block}>
      <div className={classes.blockHead}>
        <span className="pb-label">Structured</span>
        <SegmentedControl
          size="xs"
          aria-label="How to show structured content"
          value={asJson ? "json" : "table"}
          onChange={(next) => setAsJson(next === "json")}
          data={[
            { value: "table", label: "Table" },
            { value: "json", label: "JSON" },
          ]}
        />
      </div>
      {asJson ? <JsonView value={value} /> : <Rows {...table} />}
    </div>
  );
}

interface TableOf {
  /** Null: each row is a name and its value. */
  columns: readonly string[] | null;
  rows: readonly (readonly unknown[])[];
}

function Rows({ columns, rows }: TableOf) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={classes.scroll} tabIndex={0} aria-label="Structured content">
      <table className={classes.table}>
        {columns !== null && (
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  <ForeignText>{column}</ForeignText>
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity
            <tr key={index}>
              {row.map((cell, at) =>
                columns === null && at === 0 ? (
                  // biome-ignore lint/suspicious/noArrayIndexKey: nor have cells
                  <th key={at} scope="row">
                    <ForeignText>{String(cell)}</ForeignText>
                  </th>
                ) : (
                  // biome-ignore lint/suspicious/noArrayIndexKey: nor have cells
                  <td key={at}>
                    <ForeignText>{cell === undefined ? "" : String(cell)}</ForeignText>
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A flat object, a list of flat objects, or an object that holds nothing but such a list. */
function tableOf(value: unknown): TableOf | null {
  if (Array.isArray(value)) return listTable(value);
  if (!isRecord(value)) return null;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only !== undefined && Array.isArray(only[1])) return listTable(only[1]);
  return entries.length > 0 && isFlat(value) ? { columns: null, rows: entries } : null;
}

function listTable(list: readonly unknown[]): TableOf | null {
  const records = list.filter((row) => isRecord(row) && isFlat(row)) as readonly Readonly<Record<string, unknown>>[];
  const columns = [...new Set(records.flatMap(Object.keys))];
  if (records.length === 0 || records.length < list.length || list.length > MAX_ROWS || columns.length > MAX_COLUMNS) return null;
  return { columns, rows: records.map((record) => columns.map((column) => record[column])) };
}

function isFlat(record: Readonly<Record<string, unknown>>): boolean {
  return Object.values(record).every((each) => typeof each !== "object" || each === null);
}
