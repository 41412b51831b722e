import type {JSX} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {announce} from '../lib/live';

/** What can be copied of what is shown. */
export interface Copyable {
  what: string;
  text: () => string | Promise<string>;
}

/** For a shell: quoted unless it need not be. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export const cli = (...words: string[]): string => ['guidepost', ...words.map(quoted)].join(' ');

/** As curl asks the web port for it. */
export function curl(path: string, parameters: [string, string][] = []): string {
  const query = new URLSearchParams(parameters.filter(([, value]) => value !== '')).toString();
  return `curl -s ${quoted(`${location.origin}${path}${query ? `?${query}` : ''}`)}`;
}

/** As grpcurl asks the gRPC port for it, which listens beside this one. */
export function grpcurl(method: string, request: unknown): string {
  const flag = location.protocol === 'https:' ? '' : ' -plaintext';
  return `grpcurl${flag} -d ${quoted(JSON.stringify(request))} ${location.hostname}:50051 ${method}`;
}

export async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  announce('Copied');
}

export function CopyMenu({items}: {items: Copyable[]}): JSX.Element {
  const [done, setDone] = useState('');
  const [shown, setShown] = useState<string>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const take = async (item: Copyable) => {
    const text = await item.text();
    try {
      await copy(text);
      setDone(item.what);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setDone(''), 1_500);
    } catch {
      setShown(text); // without a clipboard, as over plain HTTP from another machine
    }
  };
  return (
    <div class="copy">
      <span class="faint" id="copy-label">
        Copy as
      </span>
      <div role="group" aria-labelledby="copy-label" class="chips">
        {items.map(item => (
          <button type="button" class="chip" key={item.what} data-copy={item.what} onClick={() => take(item)}>
            {done === item.what ? '✓ copied' : item.what}
          </button>
        ))}
      </div>
      {shown !== undefined && (
        <textarea class="mono copied" readOnly rows={3} aria-label="To copy" value={shown} onFocus={e => e.currentTarget.select()} />
      )}
    </div>
  );
}
