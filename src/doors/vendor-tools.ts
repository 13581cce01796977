/** Tools that a vendor runs: a model that was not told of a search would answer without one, and nobody would know. */
export const VENDORS_TOOL = 'tools that run at a vendor are not supported through this gateway; leave it out';
