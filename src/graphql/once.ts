import type { Context } from './context.ts';

/** What fields of one operation ask for in the same words is looked for once. */
export function oncePerOperation<T>(): (context: Context, key: string, look: () => Promise<T>) => Promise<T> {
  const found = new WeakMap<Context, Map<string, Promise<T>>>();
  return (context, key, look) => {
    const byKey = found.get(context) ?? new Map<string, Promise<T>>();
    found.set(context, byKey);
    const looking = byKey.get(key) ?? look();
    byKey.set(key, looking);
    return looking;
  };
}
