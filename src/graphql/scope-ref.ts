import { isKeepable, unkeepable } from '../core/plain-text.ts';
import { ValidationProblem } from '../core/problem.ts';
import { type ScopeRef, scopeKinds } from '../core/scope-ref.ts';
import { builder } from './builder.ts';

export const ScopeRefInput = builder.inputType('ScopeRef', {
  isOneOf: true,
  description: 'What something applies to. `*` in place of a name: each one by itself, with the whole amount.',
  fields: (t) => ({
    organization: t.boolean({ description: 'true: the whole organization.' }),
    team: t.id(),
    project: t.id(),
    route: t.string({ description: 'Its slug.' }),
    apiKey: t.id(),
    endUser: t.string({ description: 'The name your application sends as `endUser`; `*` is each of them by itself.' }),
    tag: t.string({ description: 'key=value, or key=*' }),
    model: t.string({ description: 'provider/model' }),
    agentRun: t.string({ description: 'A runId; usually `*`: each run by itself.' }),
  }),
});

export const ScopeKind = builder.enumType('ScopeKind', { values: scopeKinds });

export const ScopeTarget = builder.objectRef<ScopeRef>('ScopeTarget').implement({
  description: 'What something applies to.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ScopeKind }),
    reference: t.exposeString('reference', {
      nullable: true,
      description: 'An id, slug or name; tags as key=value; `*` for each one by itself; null for the organization.',
    }),
  }),
});

/** @throws ValidationProblem when its name cannot be one */
export function scopeRef(input: typeof ScopeRefInput.$inferInput): ScopeRef {
  const scope = named(input);
  if (scope.reference === null || isKeepable(scope.reference)) return scope;
  throw ValidationProblem.at('scope', 'INVALID', unkeepable('A scope'));
}

function named(input: typeof ScopeRefInput.$inferInput): ScopeRef {
  const { team, project, route, apiKey, endUser, tag, model, agentRun } = input;
  if (team != null) return { kind: 'TEAM', reference: team };
  if (project != null) return { kind: 'PROJECT', reference: project };
  if (route != null) return { kind: 'ROUTE', reference: route };
  if (apiKey != null) return { kind: 'API_KEY', reference: apiKey };
  if (endUser != null) return { kind: 'END_USER', reference: endUser };
  if (tag != null) return { kind: 'TAG', reference: tag };
  if (agentRun != null) return { kind: 'AGENT_RUN', reference: agentRun };
  if (model != null) return { kind: 'MODEL', reference: model };
  return { kind: 'ORGANIZATION', reference: null };
}
