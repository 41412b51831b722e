import type {DescMethod, DescService} from '@bufbuild/protobuf';
import {guide, routes, Server} from 'guidepost';
import type {JSX} from 'preact';
import {useMemo, useState} from 'preact/hooks';
import {useAsk} from '../lib/ask';
import {api, token} from '../lib/session';
import {bytes, count} from '../lib/text';
import {CopyMenu, curl, grpcurl} from '../ui/copy';
import {Answer} from '../ui/states';

/** What the web port says of itself: the part that is shown. */
interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
}

interface Operation {
  operationId?: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: {name: string; in: string; required?: boolean}[];
  requestBody?: unknown;
}

interface Method extends Operation {
  verb: string;
  path: string;
}

const SERVICES: DescService[] = [routes.Routes, guide.Features, guide.Notes, guide.Trips, Server];

export default function ApiPage(): JSX.Element {
  const found = useAsk(async signal => {
    const answer = await fetch('/openapi.json', {
      signal,
      headers: token.value ? {Authorization: `Bearer ${token.value}`} : {},
    });
    if (!answer.ok) {
      throw new Error(`/openapi.json: ${answer.status}`);
    }
    return (await answer.json()) as OpenApi;
  }, []);
  return (
    <div class="page wide">
      <h1>API</h1>
      <p>
        Programs can get everything that these pages show: over gRPC, gRPC-Web, and HTTP with JSON. The contracts:{' '}
        <a href="/openapi.json">OpenAPI</a>, <a href="/docs/">the services</a>, and server reflection on the gRPC port.
      </p>
      <Limits />
      <Answer of={found} lines={10}>
        {document => <Methods document={document} />}
      </Answer>
      <Codes />
    </div>
  );
}

function Methods({document}: {document: OpenApi}): JSX.Element {
  const [find, setFind] = useState('');
  const byMethod = useMemo(() => {
    const all = new Map<string, Method>();
    for (const [path, verbs] of Object.entries(document.paths)) {
      for (const [verb, operation] of Object.entries(verbs)) {
        all.set(operation.operationId ?? '', {...operation, verb: verb.toUpperCase(), path});
      }
    }
    return all;
  }, [document]);
  const words = find.toLowerCase().split(/\s+/);
  return (
    <>
      <label class="field">
        <span class="label">Find a method</span>
        <input type="search" value={find} placeholder="watch, note, routes" onInput={e => setFind(e.currentTarget.value)} />
      </label>
      {SERVICES.map(service => {
        const shown = service.methods.filter(method => {
          const known = operation(byMethod, service, method);
          const text = `${service.name} ${method.name} ${known?.path ?? ''} ${known?.summary ?? ''}`.toLowerCase();
          return words.every(word => text.includes(word));
        });
        return (
          shown.length > 0 && (
            <section class="card" key={service.name}>
              <h2 class="mono">{service.typeName}</h2>
              <ul class="plain methods">
                {shown.map(method => (
                  <li key={method.name}>
                    <Shown service={service} method={method} known={operation(byMethod, service, method)} />
                  </li>
                ))}
              </ul>
            </section>
          )
        );
      })}
    </>
  );
}

function operation(all: Map<string, Method>, service: DescService, method: DescMethod): Method | undefined {
  for (const [id, known] of all) {
    if (id === `${service.name}_${method.name}` || id === `${service.typeName}.${method.name}` || id === `${service.name}.${method.name}`) {
      return known;
    }
  }
  return undefined;
}

const KINDS: Record<string, string> = {
  unary: 'one answer',
  server_streaming: 'a stream of answers',
  client_streaming: 'a stream of requests',
  bidi_streaming: 'streams both ways; gRPC only',
};

function Shown({service, method, known}: {service: DescService; method: DescMethod; known?: Method}): JSX.Element {
  const example = Object.fromEntries(method.input.fields.slice(0, 1).map(field => [field.name, sample(field.fieldKind, field.name)]));
  const items = [
    {what: 'grpcurl', text: () => grpcurl(`${service.typeName}/${method.name}`, example)},
    ...(known
      ? [
          {
            what: 'curl',
            text: () =>
              curl(known.path, [], known.verb === 'GET' ? '-s' : `-s -X ${known.verb} -H 'Content-Type: application/json' -d '{}'`),
          },
        ]
      : []),
  ];
  return (
    <details>
      <summary>
        <b class="mono">{method.name}</b> <span class="faint">{KINDS[method.methodKind]}</span>{' '}
        {known && (
          <span class="mono small">
            {known.verb} {known.path}
          </span>
        )}
      </summary>
      <p class="description">{known?.description ?? known?.summary}</p>
      <p class="small">
        Takes <code>{method.input.name}</code>:{' '}
        {method.input.fields.map(field => (
          <code key={field.name} class="pill">
            {field.jsonName}
          </code>
        ))}
      </p>
      <CopyMenu items={items} />
    </details>
  );
}

function sample(kind: string, name: string): unknown {
  return kind === 'scalar' ? (name === 'destination' ? '203.0.113.77' : name === 'prefix' ? '10.0.0.0/8' : '') : {};
}

function Limits(): JSX.Element {
  const found = useAsk(
    async signal => {
      const [limits, info] = await Promise.all([api.routes.getLimits({}, {signal}), api.server.getInfo({}, {signal})]);
      return {limits, info};
    },
    [],
  );
  return (
    <section class="card">
      <h2>Limits</h2>
      <Answer of={found} lines={2}>
        {({limits, info}) => (
          <dl class="facts">
            {(
              [
                ['message size', bytes(limits.messageBytesMax)],
                ['changes per message', count(limits.operationsPerMessageMax)],
                ['addresses per batch', count(limits.addressesPerMessageMax)],
                ['routes per page', count(limits.pageSizeMax)],
                ['routes per prefix', count(limits.routesPerPrefixMax)],
                ['tables', count(limits.tablesMax)],
                ['sources', count(limits.sourcesMax)],
                ['watches', count(limits.watchesMax)],
                ['calls per connection', count(info.limits?.callsPerConnectionMax ?? 0)],
                ['history', `r${limits.oldestRevision} to r${limits.newestRevision}`],
              ] as const
            ).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </Answer>
    </section>
  );
}

const CODES: [string, string, string][] = [
  ['INVALID_ARGUMENT', '400', 'a field breaks a rule; the text names it. A retry cannot succeed'],
  ['UNAUTHENTICATED', '401', 'no valid token or certificate'],
  ['PERMISSION_DENIED', '403', 'no grant for this'],
  ['NOT_FOUND', '404', 'it does not exist'],
  ['OUT_OF_RANGE', '400', 'that state is no longer known, or not yet'],
  ['FAILED_PRECONDITION', '400', 'the state forbids it'],
  ['RESOURCE_EXHAUSTED', '429', 'too much at once; the answer says when to retry'],
  ['UNAVAILABLE', '503', 'the server is shutting down, or its storage failed; retry'],
];

function Codes(): JSX.Element {
  return (
    <section class="card">
      <h2>How calls end</h2>
      <table class="rows">
        <caption class="unseen">Codes of gRPC and of HTTP</caption>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col">HTTP</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          {CODES.map(([code, http, meaning]) => (
            <tr key={code}>
              <td data-label="Code" class="mono small">
                {code}
              </td>
              <td data-label="HTTP">{http}</td>
              <td data-label="Meaning">{meaning}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
