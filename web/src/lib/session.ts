import {Code, ConnectError, createClient, type Interceptor} from '@connectrpc/connect';
import {createGrpcWebTransport} from '@connectrpc/connect-web';
import {computed, signal} from '@preact/signals';
import {guide, routes, Server, type CallerGrant, type WhoAmIResponse} from 'guidepost';

/** The token is kept in memory; for the tab alone, if the reader asks for that. Never in an address or a cookie. */
const KEPT = 'guidepost.token';

const kept = (): string => {
  try {
    return sessionStorage.getItem(KEPT) ?? '';
  } catch {
    return '';
  }
};

export const token = signal(kept());
export const isKept = signal(token.value !== '');

/** Who the server takes the reader for; undefined until it has said. */
export const who = signal<WhoAmIResponse | undefined>(undefined);

/** Set once a call was refused for want of credentials. */
export const signedOut = signal<'' | 'none' | 'rejected'>('');

/** Grows when the reader signs in or out: what was asked before is asked again. */
export const generation = signal(0);

const authorization: Interceptor = next => async request => {
  const sent = token.value;
  if (sent) {
    request.header.set('Authorization', `Bearer ${sent}`);
  }
  try {
    return await next(request);
  } catch (e) {
    if (e instanceof ConnectError && e.code === Code.Unauthenticated && sent === token.value) {
      signedOut.value = sent ? 'rejected' : 'none';
    }
    throw e;
  }
};

const transport = createGrpcWebTransport({baseUrl: location.origin, interceptors: [authorization]});

export const api = {
  routes: createClient(routes.Routes, transport),
  features: createClient(guide.Features, transport),
  notes: createClient(guide.Notes, transport),
  trips: createClient(guide.Trips, transport),
  server: createClient(Server, transport),
};

export async function ask(): Promise<void> {
  try {
    who.value = await api.server.whoAmI({});
    signedOut.value = '';
  } catch (e) {
    who.value = undefined;
    if (ConnectError.from(e).code !== Code.Unauthenticated) {
      throw e;
    }
  }
}

export async function signIn(given: string, keep: boolean): Promise<void> {
  token.value = given.trim();
  await ask();
  if (who.value) {
    isKept.value = keep;
    if (keep) {
      sessionStorage.setItem(KEPT, token.value);
    } else {
      sessionStorage.removeItem(KEPT);
    }
    generation.value++;
  }
}

export function signOut(): void {
  token.value = '';
  isKept.value = false;
  who.value = undefined;
  sessionStorage.removeItem(KEPT);
  generation.value++;
  ask().catch(() => {});
}

const ROLES = ['reader', 'writer', 'moderator', 'admin'];

/** True if nobody is asked for a name: then everything may be done. */
export const isOpen = computed(() => who.value?.proof === 'none');

/** Who posts and votes: the caller's own name, or, where nobody is asked, one that the reader types. */
export const ownName = computed(() => who.value?.name ?? '');

function may(role: string, scope: (grant: CallerGrant) => boolean): boolean {
  return (
    isOpen.value ||
    (who.value?.grants ?? []).some(grant => ROLES.indexOf(grant.role) >= ROLES.indexOf(role) && scope(grant))
  );
}

export const mayReadRoutes = computed(() => may('reader', grant => grant.tables.length > 0));
export const mayReadFeatures = computed(() => may('reader', grant => grant.layers.length > 0));
export const mayReadNotes = computed(() => may('reader', grant => grant.travellers.length > 0));
export const mayPost = computed(() => may('writer', grant => grant.travellers.length > 0));
export const mayReadTrips = computed(() => may('reader', grant => grant.travellers.length > 0));
