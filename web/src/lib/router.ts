import {computed, signal} from '@preact/signals';

/** The address is the state: whatever a page shows can be linked to. */
export interface Place {
  path: string;
  query: URLSearchParams;
  hash: string;
}

const read = (): Place => ({
  path: location.pathname,
  query: new URLSearchParams(location.search),
  hash: location.hash,
});

export const place = signal<Place>(read());
export const path = computed(() => place.value.path);

addEventListener('popstate', () => (place.value = read()));
addEventListener('hashchange', () => (place.value = read()));

export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  const url = new URL(to, location.href);
  if (url.href === location.href) {
    return;
  }
  history[how === 'push' ? 'pushState' : 'replaceState'](null, '', url);
  place.value = read();
  if (how === 'push' && !url.hash) {
    scrollTo(0, 0);
  }
}

/** A page's address with these parameters; empty ones are left out. */
export function address(to: string, parameters: Record<string, string | undefined> = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value) {
      query.set(name, value);
    }
  }
  const text = query.toString();
  return text ? `${to}?${text}` : to;
}

/** The address of what is shown now, with some parameters changed. */
export function changed(parameters: Record<string, string | undefined>): string {
  const now: Record<string, string | undefined> = Object.fromEntries(place.value.query);
  return address(place.value.path, {...now, ...parameters});
}

const OTHER_PAGES = /^\/(docs|v1|assets)(\/|$)|^\/(openapi\.json|metrics|healthz|readyz)$/;

/** Links within the pages load nothing. */
export function followLinks(): void {
  document.addEventListener('click', event => {
    const link = (event.target as Element | null)?.closest?.('a');
    if (
      !link ||
      link.origin !== location.origin ||
      link.target ||
      link.hasAttribute('download') ||
      OTHER_PAGES.test(link.pathname) ||
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    ) {
      return;
    }
    event.preventDefault();
    go(link.href);
  });
}
