import type { Vendor } from '../visit.ts';
import { speech, transcriptions } from './audio.ts';
import { chatCompletions } from './chat.ts';
import { embeddings } from './embeddings.ts';
import { failure } from './errors.ts';
import { files } from './files.ts';
import { images } from './images.ts';
import { model, models } from './models.ts';
import { responses } from './responses/index.ts';

/** What clients of OpenAI's API ask for. */
export const openai: Vendor = {
  endpoints: [chatCompletions, responses, embeddings, images, speech, transcriptions, ...files, models, model],
  failure,
};
