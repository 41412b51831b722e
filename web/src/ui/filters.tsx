import type {JSX} from 'preact';
import {useRef} from 'preact/hooks';
import type {Wanted} from '../lib/filter';
import {useKeys} from '../lib/keys';
import {address, go} from '../lib/router';
import {Field, TableChoice} from './fields';

/** Which routes are wanted; the address has them, so that a list can be linked to. */
export function Filters({to, now, history}: {to: string; now: Wanted; history: boolean}): JSX.Element {
  const first = useRef<HTMLInputElement>(null);
  useKeys({'/': () => first.current?.focus()});
  const submit = (event: Event) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const text = (name: string) => String(form.get(name) ?? '').trim();
    go(
      address(to, {
        table: text('table') === 'default' ? '' : text('table'),
        prefix: text('prefix'),
        source: text('source'),
        next_hop: text('next_hop'),
        tag: text('tag'),
        family: text('family'),
        best: form.get('best') ? '1' : '',
        at: text('at') === 'now' ? '' : text('at'),
      }),
    );
  };
  const plain = {autocomplete: 'off', spellcheck: false, autocapitalize: 'off'} as const;
  return (
    <form class="filters card" onSubmit={submit} key={JSON.stringify(now)} role="search" aria-label="Which routes">
      <Field label="Table">
        <TableChoice value={now.table} />
      </Field>
      <div class="wide">
        <Field label="Within prefix">
          <input ref={first} type="text" name="prefix" class="mono" placeholder="all" defaultValue={now.prefix} {...plain} />
        </Field>
      </div>
      <Field label="Source">
        <input type="text" name="source" placeholder="any" defaultValue={now.source} {...plain} />
      </Field>
      <Field label="Next hop">
        <input type="text" name="next_hop" class="mono" placeholder="any" defaultValue={now.nextHop} {...plain} />
      </Field>
      <Field label="Tags">
        <input type="text" name="tag" placeholder="any" defaultValue={now.tag} {...plain} />
      </Field>
      <Field label="Family">
        <select name="family">
          {['', '4', '6'].map(family => (
            <option key={family} value={family} selected={now.family === family}>
              {family ? `IPv${family}` : 'both'}
            </option>
          ))}
        </select>
      </Field>
      {history && (
        <Field label="As of">
          <input type="text" name="at" placeholder="now" defaultValue={now.at} {...plain} />
        </Field>
      )}
      <label class="check">
        <input type="checkbox" name="best" defaultChecked={now.best} /> best only
      </label>
      <button type="submit" class="main">
        Show
      </button>
    </form>
  );
}
