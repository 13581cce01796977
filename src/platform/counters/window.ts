import { invariant } from '../../core/assert.ts';
import { type Demand, isPlace } from './counters.ts';

/** How finely a window slides: it may refuse up to one step early, and never grants too much. */
const STEPS = 60;

/** What was taken lately under one key. window.lua is the same in Redis; one contract suite holds both. */
export interface Window {
  readonly stepMs: number;
  /** How many whole steps it reaches back; the current one comes on top. */
  readonly reach: number;
  /** By number of the step, oldest first. */
  readonly units: Map<number, number>;
  /** Of all steps. */
  sum: number;
}

export function emptyWindow(windowMs: number): Window {
  const stepMs = Math.max(1, Math.ceil(windowMs / STEPS));
  return { stepMs, reach: Math.ceil(windowMs / stepMs), units: new Map(), sum: 0 };
}

/** Forgets what no longer counts. @returns the units that still do. */
export function slide(window: Window, nowMs: number): number {
  const first = Math.floor(nowMs / window.stepMs) - window.reach;
  for (const [step, units] of window.units) {
    if (step >= first) break;
    window.units.delete(step);
    window.sum -= units;
  }
  return window.sum;
}

export function add(window: Window, nowMs: number, units: number): void {
  if (units <= 0) return;
  const step = Math.floor(nowMs / window.stepMs);
  window.units.set(step, (window.units.get(step) ?? 0) + units);
  window.sum += units;
}

/**
 * Takes units out of the oldest steps first. That is the careful order: for every later moment the window then
 * counts at least what is truly in it, whichever of the takes the units belonged to.
 */
export function remove(window: Window, units: number): void {
  let rest = units;
  for (const [step, held] of window.units) {
    if (rest <= 0) return;
    const taken = Math.min(held, rest);
    if (taken === held) window.units.delete(step);
    else window.units.set(step, held - taken);
    window.sum -= taken;
    rest -= taken;
  }
}

/** How long until `excess` units have left the window by themselves; the whole window when they never will. */
export function waitMs(window: Window, nowMs: number, excess: number): number {
  let freed = 0;
  for (const [step, units] of window.units) {
    freed += units;
    if (freed >= excess) return (step + window.reach + 1) * window.stepMs - Math.floor(nowMs);
  }
  return (window.reach + 1) * window.stepMs;
}

/** How long until none of it counts any more. */
export function emptyInMs(window: Window, nowMs: number): number {
  const last = [...window.units.keys()].at(-1);
  return last === undefined ? 0 : (last + window.reach + 1) * window.stepMs - Math.floor(nowMs);
}

export function checkCosts(demands: readonly Demand[]): void {
  for (const demand of demands) {
    if (isPlace(demand) || (Number.isSafeInteger(demand.cost) && demand.cost >= 0)) continue;
    invariant(false, `the cost taken from '${demand.key}' is a whole number of units`);
  }
}
