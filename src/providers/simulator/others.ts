import type { EmbeddingModelV4, RerankingModelV4 } from '@ai-sdk/provider';
import { estimateTokens } from '../../core/token-estimate.ts';
import type { OtherModels } from '../catalogue-row.ts';

/** Models without a network that embed and rank by the words of a text: likeness is in words, not in meaning. */
export const simulatedOthers: OtherModels = { embeddingModel, rerankingModel };

const DIMENSIONS = 64;

function embeddingModel(modelId: string): EmbeddingModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'simulator',
    modelId,
    maxEmbeddingsPerCall: 2048,
    supportsParallelCalls: true,
    async doEmbed({ values, dimensions = DIMENSIONS }) {
      const tokens = values.reduce((sum, value) => sum + estimateTokens(value), 0);
      return { embeddings: values.map((value) => vectorOf(value, dimensions)), usage: { tokens }, warnings: [] };
    },
  };
}

function rerankingModel(modelId: string): RerankingModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'simulator',
    modelId,
    async doRerank({ query, documents, topN = documents.values.length }) {
      const wanted = vectorOf(query, DIMENSIONS);
      const scored = documents.values.map((document, index) => {
        const vector = vectorOf(typeof document === 'string' ? document : JSON.stringify(document), DIMENSIONS);
        const relevanceScore = wanted.reduce((sum, value, place) => sum + value * (vector[place] ?? 0), 0);
        return { index, relevanceScore };
      });
      return { ranking: scored.sort((a, b) => b.relevanceScore - a.relevanceScore).slice(0, topN) };
    },
  };
}

/** Of length 1; every word adds to one place. */
function vectorOf(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(0);
  for (const word of text.toLowerCase().split(/[^\p{L}\p{N}]+/u)) {
    const place = [...word].reduce((hash, letter) => (hash * 31 + letter.codePointAt(0)!) % 1_000_003, 7) % dimensions;
    if (word !== '') vector[place] = (vector[place] ?? 0) + 1;
  }
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
