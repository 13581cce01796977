import { type Modality, modalities } from '../core/chat.ts';
import type { ModelCard, Observation } from '../core/decision.ts';

export type Health = 'HEALTHY' | 'DEGRADED' | 'DOWN' | 'UNKNOWN';

/** Above this share of failures a model still answers, and is worth a look. */
const DEGRADED_FROM = 0.2;

/** Pure. A model that nobody has asked lately may be in any health. @param resting whether calls pass it over */
export function healthOf({ recent, ttftMs, errorRate }: Observation, resting: boolean): Health {
  if (resting) return 'DOWN';
  // Counts fade and never reach zero.
  if (recent < 0.01 || (ttftMs === null && errorRate === 0)) return 'UNKNOWN';
  return errorRate >= DEGRADED_FROM ? 'DEGRADED' : 'HEALTHY';
}

/** What may stand in a question, by what the model's provider takes; null where nobody knows. */
export function inputModalitiesOf({ takes }: ModelCard): readonly Modality[] | null {
  if (!takes) return null;
  const holds = (modality: Modality) =>
    modality === 'TEXT' ||
    takes.some((type) =>
      modality === 'FILE' ? !/^(image|audio)\//.test(type) : type.startsWith(`${modality.toLowerCase()}/`),
    );
  return modalities.filter(holds);
}
