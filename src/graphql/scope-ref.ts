import { type ScopeRef, scopeKinds } from '../core/scope-ref.ts';
import { builder } from './builder.ts';

export const ScopeRefInput = builder.inputType('ScopeRef', {
  isOneOf: true,
  description: 'What something applies to.',
  fields: (t) => ({
    organization: t.boolean({ description: 'true: the whole organization.' }),
    team: t.id(),
    project: t.id(),
    apiKey: t.id(),
    endUser: t.string({ description: 'The name your application sends as `endUser`; `*` is each of them by itself.' }),
    model: t.string({ description: 'provider/model' }),
  }),
});

export const ScopeKind = builder.enumType('ScopeKind', { values: scopeKinds });

export const ScopeTarget = builder.objectRef<ScopeRef>('ScopeTarget').implement({
  description: 'What something applies to.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ScopeKind }),
    reference: t.exposeString('reference', {
      nullable: true,
      description: 'An id, a name of an end user, or provider/model; null for the organization.',
    }),
  }),
});

export function scopeRef(input: typeof ScopeRefInput.$inferInput): ScopeRef {
  const { team, project, apiKey, endUser, model } = input;
  if (team != null) return { kind: 'TEAM', reference: team };
  if (project != null) return { kind: 'PROJECT', reference: project };
  if (apiKey != null) return { kind: 'API_KEY', reference: apiKey };
  if (endUser != null) return { kind: 'END_USER', reference: endUser };
  if (model != null) return { kind: 'MODEL', reference: model };
  return { kind: 'ORGANIZATION', reference: null };
}
