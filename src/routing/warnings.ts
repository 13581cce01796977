import type { ModelBook } from '../core/decision.ts';

/** Something that is allowed and will surprise somebody. */
export interface RouteWarning {
  /** Path into the version, e.g. ["rules", "0", "targets", "1", "model"]. */
  readonly path: readonly string[];
  readonly message: string;
}

interface Rule {
  readonly name: string;
  readonly targets: readonly { readonly model: string; readonly enabled: boolean }[];
}

/** What a version of a route would not do although it says so. */
export function warningsFor(rules: readonly Rule[], models: ModelBook): RouteWarning[] {
  return rules.flatMap((rule, ruleIndex) => {
    const rulePath = ['rules', String(ruleIndex)];
    const ofTargets = rule.targets.flatMap((target, targetIndex) =>
      messagesFor(target.model, models).map((message) => ({
        path: [...rulePath, 'targets', String(targetIndex), 'model'],
        message,
      })),
    );
    if (rule.targets.some(({ enabled }) => enabled)) return ofTargets;
    const message = `Every target of rule '${rule.name}' is switched off: no call will be answered.`;
    return [{ path: [...rulePath, 'targets'], message }, ...ofTargets];
  });
}

function messagesFor(name: string, models: ModelBook): string[] {
  const model = models.get(name);
  if (!model) return [`No provider offers ${name} any more: it will be skipped.`];
  const messages: string[] = [];
  if (!model.enabled) messages.push(`Provider ${model.providerSlug} is switched off: ${name} will be skipped.`);
  if (!model.hasCredential) {
    messages.push(`Provider ${model.providerSlug} has no credential: ${name} will be skipped until it has one.`);
  }
  if (!model.prices) messages.push(`Nobody knows the price of ${name}: its calls cost nothing in reports.`);
  return messages;
}
