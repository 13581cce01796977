import type { Vendor } from '../visit.ts';
import { chatCompletions } from './chat.ts';
import { failure } from './errors.ts';
import { model, models } from './models.ts';

/** What clients of OpenAI's API ask for. */
export const openai: Vendor = { endpoints: [chatCompletions, models, model], failure };
