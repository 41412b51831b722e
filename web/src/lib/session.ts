import {Code, ConnectError, createClient, type Interceptor} from '@connectrpc/connect';
import {createGrpcWebTransport} from '@connectrpc/connect-web';
import {computed, signal} from '@preact/signals';
import {guide, routes, Server, type CallerGrant, type WhoAmIResponse} from 'guidepost';
import {visible} from './text';

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
  const tried = request.header.has('Authorization');
  if (sent && !tried) {
    request.header.set('Authorization', `Bearer ${sent}`);
  }
  try {
    return await next(request);
  } catch (e) {
    if (e instanceof ConnectError && e.code === Code.Unauthenticated && !tried && sent === token.value) {
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

/** What a header can carry of a token (RFC 6750): static tokens and JWTs have nothing else. */
const NOT_OF_A_TOKEN = /[^A-Za-z0-9\-._~+/=]/u;

/** What is wrong with a text that is to be a token; empty if it may be one. */
export function wrongToken(given: string): string {
  const text = given.trim().replace(/^Bearer\s+/i, '');
  if (text === '') {
    return 'A token has at least one character.';
  }
  const bad = NOT_OF_A_TOKEN.exec(text);
  if (!bad) {
    return '';
  }
  const shown = /\s/.test(bad[0]) ? 'a space or a line break' : `“${visible(bad[0])}”`;
  return `Character ${bad.index + 1} is ${shown}: a token has only letters of ASCII, digits, and - . _ ~ + / =. Copy it again, whole.`;
}

/**
 * Signs in, if the server knows the token; otherwise whoever was signed in stays so.
 *
 * @return false if it does not
 */
export async function signIn(given: string, keep: boolean): Promise<boolean> {
  const text = given.trim().replace(/^Bearer\s+/i, '');
  let found: WhoAmIResponse;
  try {
    found = await api.server.whoAmI({}, {headers: {Authorization: `Bearer ${text}`}});
  } catch (e) {
    if (ConnectError.from(e).code === Code.Unauthenticated) {
      return false;
    }
    throw e;
  }
  token.value = text;
  who.value = found;
  signedOut.value = '';
  isKept.value = keep;
  if (keep) {
    sessionStorage.setItem(KEPT, text);
  } else {
    sessionStorage.removeItem(KEPT);
  }
  generation.value++;
  return true;
}

export function signOut(): void {
  token.value = '';
  isKept.value = false;
  who.value = undefined;
  signedOut.value = '';
  sessionStorage.removeItem(KEPT);
  generation.value++;
  ask().catch(() => {});
}

const ROLES = ['reader', 'writer', 'moderator', 'admin'];

/** True if nobody is asked for a name: then everything may be done. */
export const isOpen = computed(() => who.value?.proof === 'none');

/** True if the reader has not signed in, and may read something nevertheless. */
export const isAnonymous = computed(() => who.value?.proof === 'anonymous');

/** Who posts and votes: the caller's own name, or, where nobody is asked, one that the reader types. */
export const ownName = computed(() => (isAnonymous.value ? '' : (who.value?.name ?? '')));

export const signInNow = (): void => void document.dispatchEvent(new Event('sign-in'));

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
/** `self` has no trips of somebody who has no name. */
export const mayReadTrips = computed(() => may('reader', grant => grant.travellers.some(name => name !== 'self' || !isAnonymous.value)));
