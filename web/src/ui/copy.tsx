import {signal} from '@preact/signals';
import type {JSX} from 'preact';
import {useEffect, useRef, useState} from 'preact/hooks';
import {announce} from '../lib/live';
import {api, generation, token} from '../lib/session';

/** What can be copied of what is shown. */
export interface Copyable {
  what: string;
  text: () => string | Promise<string>;
}

/** For a shell: quoted unless it need not be. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Where the gRPC port of the server is that this page came from; undefined until the server has said. */
const grpc = signal<{address: string; encrypted: boolean} | undefined>(undefined);

let askedFor = -1;

/** Asks once, and again for whoever signs in. */
async function askWhere(): Promise<void> {
  if (grpc.value || askedFor === generation.value) {
    return;
  }
  askedFor = generation.value;
  const {grpcAddress, encrypted} = await api.server.getInfo({});
  grpc.value = {address: grpcAddress.startsWith(':') ? location.hostname + grpcAddress : grpcAddress, encrypted};
}

const where = () => grpc.value?.address || 'HOST:PORT';

/** A command never has the token itself: it takes that from where the command line does. */
const authorization = () => (token.value ? ' -H "Authorization: Bearer $GUIDEPOST_TOKEN"' : '');

/** As the command line asks for it. */
export const cli = (...words: string[]): string =>
  ['guidepost', ...words.map(quoted), '--server', quoted(where()), ...(grpc.value?.encrypted ? ['--tls'] : [])].join(' ');

/** As curl asks the web port for it. */
export function curl(path: string, parameters: [string, string][] = [], options = '-s'): string {
  const query = new URLSearchParams(parameters.filter(([, value]) => value !== '')).toString();
  return `curl ${options}${authorization()} ${quoted(`${location.origin}${path}${query ? `?${query}` : ''}`)}`;
}

/** As grpcurl asks the gRPC port for it. */
export function grpcurl(method: string, request: unknown): string {
  const flag = grpc.value?.encrypted ? '' : ' -plaintext';
  return `grpcurl${flag}${authorization()} -d ${quoted(JSON.stringify(request))} ${where()} ${method}`;
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
  // Before it is needed: a browser lets a page copy only soon after it was clicked.
  useEffect(() => void askWhere().catch(() => {}), [generation.value]);
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
