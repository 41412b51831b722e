import type {MessageInitShape} from '@bufbuild/protobuf';
import {routes} from 'guidepost';
import {api} from './session';
import {toDate} from './time';

export interface MatchedStep {
  time: Date;
  kind: 'added' | 'updated' | 'removed';
}

/** When something changed, and how: no more than that, for plots. The newest first. */
export async function steps(
  request: MessageInitShape<typeof routes.ListChangesRequestSchema>,
  signal: AbortSignal,
): Promise<{steps: MatchedStep[]; cut: boolean}> {
  const found: MatchedStep[] = [];
  let cut = false;
  for await (const answer of api.routes.listChanges(request, {signal})) {
    cut = answer.nextRevision > 0n;
    for (const {before, after, time} of answer.changes) {
      found.push({time: toDate(time) ?? new Date(0), kind: before ? (after ? 'updated' : 'removed') : 'added'});
    }
  }
  return {steps: found, cut};
}
