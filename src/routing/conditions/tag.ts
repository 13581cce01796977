import { z } from 'zod';
import { leaf } from './leaf.ts';
import { oneOf } from './names.ts';

export interface TagMatch {
  readonly key: string;
  /** One of these values; absent: any. */
  readonly in?: readonly string[];
  /** False: the tag must be missing. */
  readonly exists: boolean;
}

export const tag = leaf<TagMatch>({
  schema: z
    .strictObject({
      key: z.string().min(1).max(64),
      in: z.array(z.string().max(256)).min(1).max(200).nullish(),
      exists: z.boolean().nullish(),
    })
    .refine((value) => !(value.in && value.exists === false), 'a tag that is missing has no value: drop `in`')
    .transform(
      ({ key, in: values, exists }): TagMatch => ({
        key,
        ...(values && { in: values }),
        exists: exists ?? true,
      }),
    ),
  holds({ key, in: values, exists }, { facts }) {
    const found = facts.tags.filter((tag) => tag.key === key);
    if (!exists) return found.length === 0;
    return found.some(({ value }) => values?.includes(value) ?? true);
  },
  summary: ({ key, in: values, exists }) =>
    !exists ? `no tag ${key}` : values ? `tag ${key} is ${oneOf(values)}` : `has a tag ${key}`,
  actual: ({ key }, { facts }) =>
    facts.tags
      .filter((tag) => tag.key === key)
      .map(({ value }) => value)
      .join(', ') || 'no such tag',
});
