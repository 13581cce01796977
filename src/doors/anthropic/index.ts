import type { Vendor } from '../visit.ts';
import { countTokens } from './count-tokens.ts';
import { failure } from './errors.ts';
import { files } from './files.ts';
import { messages } from './messages.ts';
import { model, models } from './models.ts';

/** What clients of Anthropic's API ask for. */
export const anthropic: Vendor = { endpoints: [messages, countTokens, ...files, models, model], failure };
