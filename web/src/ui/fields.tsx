import type {ComponentChildren, JSX} from 'preact';
import {useEffect, useState} from 'preact/hooks';
import {api, generation} from '../lib/session';

export function Field({label, children, hint}: {label: string; children: ComponentChildren; hint?: string}): JSX.Element {
  return (
    <label class="field">
      <span class="label">{label}</span>
      {children}
      {hint && <span class="hint">{hint}</span>}
    </label>
  );
}

/** The tables that the reader may see; for a choice of one. */
export function useTables(): string[] {
  const [tables, setTables] = useState<string[]>(['default']);
  const signedIn = generation.value;
  useEffect(() => {
    const abort = new AbortController();
    api.routes.listTables({}, {signal: abort.signal}).then(
      answer => setTables(answer.tables.map(table => table.name)),
      () => {},
    );
    return () => abort.abort();
  }, [signedIn]);
  return tables;
}

export function TableChoice({value, change}: {value: string; change?: (table: string) => void}): JSX.Element {
  const tables = useTables();
  const all = tables.includes(value) ? tables : [value, ...tables];
  return (
    <select name="table" value={value} onChange={e => change?.(e.currentTarget.value)}>
      {all.map(table => (
        <option key={table} value={table}>
          {table}
        </option>
      ))}
    </select>
  );
}
