import { z } from 'zod';
import { type Modality, modalities } from '../../core/chat.ts';
import { leaf } from './leaf.ts';

/** What the call consists of, apart from its words. */
export const hasTools = leaf<boolean>({
  schema: z.boolean(),
  holds: (wanted, { facts }) => facts.hasTools === wanted,
  summary: (wanted) => (wanted ? 'tools are given' : 'no tools are given'),
  actual: (_wanted, { facts }) => (facts.hasTools ? 'some' : 'none'),
});

export const wantsStructuredOutput = leaf<boolean>({
  schema: z.boolean(),
  holds: (wanted, { facts }) => facts.wantsStructuredOutput === wanted,
  summary: (wanted) => (wanted ? 'structured output is wanted' : 'plain output is wanted'),
  actual: (_wanted, { facts }) => (facts.wantsStructuredOutput ? 'structured' : 'plain'),
});

export const modality = leaf<Modality>({
  schema: z.enum(modalities),
  holds: (wanted, { facts }) => facts.modalities.includes(wanted),
  summary: (wanted) => `input has ${wanted.toLowerCase()}`,
  actual: (_wanted, { facts }) => facts.modalities.join(', ').toLowerCase() || 'nothing',
});
